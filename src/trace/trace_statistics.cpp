#include "trace/trace_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "trace/length_counts.hpp"
#include "trace/unlimited_cache.hpp"

namespace headroom {
namespace {

/// Mean and variance in one pass (Welford 1962).
class Moments {
 public:
  void add(double value) {
    ++count_;
    const double difference = value - mean_;
    mean_ += difference / static_cast<double>(count_);
    squares_ += difference * (value - mean_);
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const { return count_ > 1 ? squares_ / static_cast<double>(count_ - 1) : 0.0; }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

/// Counts of arrivals in whole windows that follow each other.
class WindowCounts {
 public:
  explicit WindowCounts(double window_s) : window_s_(window_s), end_s_(window_s) {}
  void add(double time_s) {
    while (time_s >= end_s_) close();
    ++count_;
  }
  [[nodiscard]] std::optional<double> dispersion() const {
    if (counts_.count() < 2 || counts_.mean() == 0.0) return std::nullopt;
    return counts_.variance() / counts_.mean();
  }

 private:
  void close() {
    counts_.add(static_cast<double>(count_));
    count_ = 0;
    end_s_ = static_cast<double>(counts_.count() + 1) * window_s_;
  }
  double window_s_;
  double end_s_;  ///< of the window that is open
  std::uint64_t count_ = 0;
  Moments counts_;
};

LengthStatistics statistics_of(const LengthCounts& lengths) {
  if (lengths.count() == 0) return {};
  const auto count = static_cast<double>(lengths.count());
  const auto quantile = [&](double q) { return lengths.length_of(static_cast<std::uint64_t>(std::ceil(q * count))); };
  return {lengths.total(), static_cast<double>(lengths.total()) / count, quantile(0.5), quantile(0.9), quantile(0.99),
          lengths.max()};
}

/// The load in aligned windows, in input tokens; only windows that are over count.
class WindowLoads {
 public:
  void add(double time_s, std::uint32_t tokens) {
    while (time_s >= end_s_) close();
    tokens_ += tokens;
  }
  [[nodiscard]] std::optional<double> peak_over_mean() const {
    if (loads_.count() == 0 || loads_.mean() == 0.0) return std::nullopt;
    return peak_ / loads_.mean();
  }

 private:
  static constexpr double window_s = 300.0;
  void close() {
    const auto load = static_cast<double>(tokens_);
    loads_.add(load);
    peak_ = std::max(peak_, load);
    tokens_ = 0;
    end_s_ = static_cast<double>(loads_.count() + 1) * window_s;
  }
  double end_s_ = window_s;  ///< of the window that is open
  std::uint64_t tokens_ = 0;
  double peak_ = 0.0;
  Moments loads_;
};

/// Finds the window with the most arrivals, by counts in 60 parts of its length.
class BusiestWindow {
 public:
  explicit BusiestWindow(double length_s) : part_s_(length_s / parts), part_end_s_(part_s_), counts_(parts) {}
  void add(double time_s) {
    if (time_s >= part_end_s_) open_until(static_cast<std::uint64_t>(time_s / part_s_));
    ++counts_[slot_];
    if (++in_window_ <= most_) return;
    most_ = in_window_;
    first_part_ = part_ + 1 < parts ? 0 : part_ + 1 - parts;
  }
  /// None where the requests last for less than the window.
  [[nodiscard]] std::optional<BusyWindow> window(Seconds duration, Hertz mean_rate) const {
    const Seconds length(part_s_ * parts);
    if (duration < length) return std::nullopt;
    const Hertz rate(static_cast<double>(most_) / length.value());
    return BusyWindow{length, Seconds(static_cast<double>(first_part_) * part_s_), most_, std::max(rate, mean_rate)};
  }

 private:
  static constexpr std::uint64_t parts = 60;
  void open_until(std::uint64_t part) {
    for (const std::uint64_t stop = std::min(part, part_ + parts); part_ < stop;) open_part(part_ + 1);
    if (part != part_) open_part(part);
    part_end_s_ = static_cast<double>(part + 1) * part_s_;
  }
  void open_part(std::uint64_t part) {
    part_ = part;
    slot_ = part % parts;
    in_window_ -= counts_[slot_];
    counts_[slot_] = 0;
  }
  double part_s_;
  double part_end_s_;                  ///< of the last part
  std::vector<std::uint64_t> counts_;  ///< of the last parts, by their number modulo 60
  std::uint64_t part_ = 0;
  std::uint64_t slot_ = 0;
  std::uint64_t in_window_ = 0;
  std::uint64_t most_ = 0;
  std::uint64_t first_part_ = 0;
};

std::vector<ClassStatistics> class_statistics(const std::vector<std::uint64_t>& counts, std::uint64_t total,
                                              const ClassTable& table) {
  std::vector<ClassStatistics> classes;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share = total > 0 ? static_cast<double>(counts[i]) / static_cast<double>(total) : 0.0;
    classes.push_back({table.name(ClassId(i)), counts[i], share});
  }
  return classes;
}

}  // namespace

TraceStatistics describe(RequestSource& source, const ClassTable& table) {
  TraceStatistics result;
  Moments gaps;
  WindowCounts tens(10.0);
  WindowCounts minutes(60.0);
  std::array<BusiestWindow, 3> windows{BusiestWindow(60.0), BusiestWindow(3600.0), BusiestWindow(86400.0)};
  WindowLoads loads;
  LengthCounts input;
  LengthCounts output;
  std::vector<std::uint64_t> class_counts(table.size());
  std::optional<UnlimitedCache> cache;
  if (source.block_tokens() > 0) cache.emplace(source.block_tokens());
  double first_s = 0.0;
  double last_s = 0.0;
  Request request;
  while (source.next(request)) {
    const double time_s = request.arrival.value();
    if (result.requests == 0) first_s = time_s;
    else gaps.add(time_s - last_s);
    last_s = time_s;
    ++result.requests;
    tens.add(time_s - first_s);
    minutes.add(time_s - first_s);
    for (auto& window : windows) window.add(time_s - first_s);
    loads.add(time_s, request.input_tokens);
    input.add(request.input_tokens);
    output.add(request.output_tokens);
    ++class_counts[request.request_class.index()];
    if (cache) cache->add(request.input_tokens, source.blocks());
  }
  result.first = Seconds(first_s);
  result.duration = Seconds(last_s - first_s);
  if (last_s > first_s) {
    result.mean_rate = Hertz(static_cast<double>(result.requests - 1) / (last_s - first_s));
    for (const auto& window : windows)
      if (const auto busiest = window.window(result.duration, *result.mean_rate)) result.busiest.push_back(*busiest);
  }
  result.mean_gap = Seconds(gaps.mean());
  if (gaps.mean() > 0.0) result.gap_cv = std::sqrt(gaps.variance()) / gaps.mean();
  result.dispersion_10s = tens.dispersion();
  result.dispersion_60s = minutes.dispersion();
  result.load_peak_over_mean = loads.peak_over_mean();
  result.input = statistics_of(input);
  result.output = statistics_of(output);
  if (cache) result.hit_tokens = cache->hit_tokens();
  result.classes = class_statistics(class_counts, result.requests, table);
  return result;
}

}  // namespace headroom
