#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// A load by steps of a cycle (a day, a week) as it was in the cycles before: what is expected again. A run begins at
/// the beginning of a cycle.
class LoadTemplate {
 public:
  /// Of each step the values of the last `cycles` are kept, at least 1; the cycle is whole steps.
  LoadTemplate(Seconds step, Seconds cycle, std::size_t cycles)
      : step_(step), cycles_(cycles), seen_(static_cast<std::size_t>(std::round(cycle / step))) {}

  /// The load was this, on average, over the step that began then.
  void add(Seconds begin, double load) {
    std::vector<double>& values = seen_[index_of(begin)];
    if (values.size() == cycles_) values.erase(values.begin());
    values.push_back(load);
  }

  /// Mean of what was seen at this time of the cycle; none where nothing was.
  [[nodiscard]] std::optional<double> mean(Seconds at) const {
    const std::vector<double>& values = seen_[index_of(at)];
    if (values.empty()) return std::nullopt;
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  /// The least of what was seen at this time of the cycle that this part of it, above 0, does not exceed.
  [[nodiscard]] std::optional<double> quantile(Seconds at, double part) const {
    std::vector<double> values = seen_[index_of(at)];
    if (values.empty()) return std::nullopt;
    std::ranges::sort(values);
    const double rank = std::ceil(part * static_cast<double>(values.size()) - 1e-9);
    return values[static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(values.size()))) - 1];
  }
  /// The largest such quantile of the steps that begin or go on within `length` from then; of those where something was
  /// seen.
  [[nodiscard]] std::optional<double> peak(Seconds from, Seconds length, double part) const {
    std::optional<double> largest;
    const double begin = std::floor(from / step_ + 1e-9), end = (from + length) / step_ - 1e-9;
    for (double step = begin; step < end && step < begin + static_cast<double>(seen_.size()); ++step)
      if (const auto one = quantile(step_ * step, part)) largest = std::max(largest.value_or(*one), *one);
    return largest;
  }
  [[nodiscard]] Seconds step() const { return step_; }

 private:
  [[nodiscard]] std::size_t index_of(Seconds at) const {
    const double steps = static_cast<double>(seen_.size());
    return static_cast<std::size_t>(std::fmod(std::floor(at / step_ + 1e-9), steps));
  }

  Seconds step_;
  std::size_t cycles_;
  std::vector<std::vector<double>> seen_;  ///< by step of the cycle, the oldest first
};

/// What loads have been; empty without /history. A template is there from its first value on.
class History {
 public:
  /// Input tokens per second that arrived of a class.
  [[nodiscard]] const LoadTemplate* tokens(ClassId id) const { return find(tokens_, id); }
  /// Power of a node that is sampled, in W.
  [[nodiscard]] const LoadTemplate* power(NodeId id) const { return find(power_, id); }

  // What the engine writes.

  void tokens(ClassId id, const LoadTemplate& empty, Seconds begin, double per_s) {
    tokens_.try_emplace(id, empty).first->second.add(begin, per_s);
  }
  void power(NodeId id, const LoadTemplate& empty, Seconds begin, Power mean) {
    power_.try_emplace(id, empty).first->second.add(begin, mean.value());
  }

 private:
  template <class Id>
  static const LoadTemplate* find(const std::map<Id, LoadTemplate>& templates, Id id) {
    const auto found = templates.find(id);
    return found == templates.end() ? nullptr : &found->second;
  }

  std::map<ClassId, LoadTemplate> tokens_;
  std::map<NodeId, LoadTemplate> power_;
};

inline const History kNoHistory;

}  // namespace headroom
