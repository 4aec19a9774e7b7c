#include "control/oracle.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kPeakBins = 6;  ///< a minute

std::uint64_t bin_of(Seconds date) {
  return static_cast<std::uint64_t>(date / Demand::kBin + 1e-9);
}

}  // namespace

Oracle::Oracle(const ForesightConfig& config, const ClassTable& classes, std::unique_ptr<RequestSource> requests,
               const EventQueue& queue, const std::string& where)
    : config_(config), queue_(queue), requests_(std::move(requests)), mistakes_(classes.size()), bins_(classes.size()) {
  find_alike(classes, where);
  Request request;
  if (requests_->next(request)) next_ = request;
}

/// A request keeps its priority, whatever its type is taken for.
void Oracle::find_alike(const ClassTable& classes, const std::string& where) {
  std::vector<std::string> types;
  for (std::size_t i = 0; i < classes.size(); ++i) types.push_back(classes.type(ClassId(i)));
  for (std::size_t list = 0; list < config_.alike.size(); ++list) {
    const auto& alike = config_.alike[list];
    for (std::size_t i = 0; i < alike.size(); ++i)
      if (std::ranges::find(types, alike[i]) == types.end())
        throw InputError(where + "/" + std::to_string(list) + "/" + std::to_string(i),
                         "no request is of type \"" + alike[i] + '"' + did_you_mean(alike[i], types));
    for (std::size_t own = 0; own < classes.size(); ++own)
      for (std::size_t other = 0; other < classes.size(); ++other) {
        const auto is_named = [&](std::size_t id) { return std::ranges::find(alike, types[id]) != alike.end(); };
        if (own != other && is_named(own) && is_named(other) &&
            classes.priority(ClassId(own)) == classes.priority(ClassId(other)))
          mistakes_[own].emplace_back(other);
      }
  }
}

ClassId Oracle::class_of(const Request& request) const {
  const auto& others = mistakes_[request.request_class.index()];
  const std::uint64_t draw = hash(hash(config_.seed, "class"), request.id);
  if (others.empty() || unit(draw) < config_.class_accuracy) return request.request_class;
  return others[mix(draw) % others.size()];
}

std::optional<ForeseenLoad> Oracle::load(std::span<const ClassId> ids, Seconds from, Seconds length) {
  const std::uint64_t now = bin_of(queue_.now()), first = bin_of(from);
  const auto count = static_cast<std::uint64_t>(std::ceil(length / Demand::kBin - 1e-9));
  if (first < now || count == 0 || from + length > queue_.now() + config_.lead) return std::nullopt;
  read_until(first + count);
  forget_before(now);
  std::vector<Asked> asked(count);
  for (const ClassId id : ids)
    for (std::uint64_t i = 0; i < count; ++i) asked[i] += bins_[id.index()][first - first_bin_ + i];
  const std::uint64_t window = std::min(kPeakBins, count);
  Asked all, last;
  std::uint64_t peak = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    all += asked[i];
    last.input_tokens += asked[i].input_tokens;
    if (i >= window) last.input_tokens -= asked[i - window].input_tokens;
    peak = std::max(peak, last.input_tokens);
  }
  const double error = error_of(ids, first, count);
  const auto rate = [&](std::uint64_t amount, std::uint64_t bins) {
    return static_cast<double>(amount) / (static_cast<double>(bins) * Demand::kBin.value()) * error;
  };
  return ForeseenLoad{rate(all.requests, count), rate(all.input_tokens, count), rate(peak, window)};
}

/// What the load is multiplied by: normal around 1, not below 0.
double Oracle::error_of(std::span<const ClassId> ids, std::uint64_t first, std::uint64_t bins) const {
  if (config_.load_error == 0) return 1.0;
  std::uint64_t question = hash(config_.seed, "load");
  for (const ClassId id : ids) question = hash(question, id.index());
  const std::uint64_t draw = hash(hash(question, first), bins);
  return std::max(0.0, 1 + config_.load_error * normal_quantile(std::max(unit(draw), 0x1.0p-54)));
}

/// Reads all requests before a bin.
void Oracle::read_until(std::uint64_t bin) {
  for (auto& bins : bins_)
    if (first_bin_ + bins.size() < bin) bins.resize(bin - first_bin_);
  stop_if_interrupted();
  while (next_ && bin_of(next_->arrival) < bin) {
    if (next_->id % 4096 == 0) stop_if_interrupted();
    if (const std::uint64_t at = bin_of(next_->arrival); at >= first_bin_)
      bins_[class_of(*next_).index()][at - first_bin_] += {1, next_->input_tokens, next_->output_tokens};
    Request request;
    next_.reset();
    if (requests_->next(request)) next_ = request;
  }
}

void Oracle::forget_before(std::uint64_t bin) {
  for (; first_bin_ < bin; ++first_bin_)
    for (auto& bins : bins_) bins.pop_front();
}

}  // namespace headroom
