#include "workload/synthetic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/hash.hpp"

namespace headroom {

Synthetic::Synthetic(const SyntheticConfig& config, ClassTable& table, std::uint64_t seed, const std::string& where,
                     std::optional<Seconds> until, PromptBlocks blocks)
    : end_s_(config.duration ? config.duration->value() : std::numeric_limits<double>::infinity()),
      clock_(config.rate_per_s, config.rate_curve ? RateCurve(*config.rate_curve, warnings_) : RateCurve(),
             config.arrivals.value->scatter(), seed, where, std::min(Seconds(end_s_), until.value_or(Seconds(end_s_)))),
      type_stream_(seed, "type"),
      priority_stream_(seed, "priority"),
      input_stream_(seed, "input"),
      output_stream_(seed, "output"),
      prefix_stream_(seed, "prefix"),
      block_tokens_(config.block_tokens) {
  double cumulative_share = 0.0;
  for (const auto& entry : config.classes) {
    cumulative_share += entry.share;
    types_.push_back({cumulative_share, TypeClasses(table, entry.name, entry.high_priority_share),
                      entry.input.value->sampler(warnings_), entry.output.value->sampler(warnings_), std::nullopt});
    if (blocks != PromptBlocks::unused)
      types_.back().prefixes.emplace(entry.prefixes, block_tokens_, hash(hash(seed, "prefixes"), types_.size()));
  }
}

bool Synthetic::next(Request& request) {
  if (ended_) return false;
  const double time_s = clock_.next();
  if (time_s >= end_s_ || std::isinf(time_s)) {
    ended_ = true;
    return false;
  }
  const double share = type_stream_.uniform() * types_.back().cumulative_share;
  std::size_t index = 0;
  while (index + 1 < types_.size() && share >= types_[index].cumulative_share) ++index;
  Type& type = types_[index];
  request.id = count_++;
  request.arrival = Seconds(time_s);
  request.input_tokens = type.input->sample(input_stream_);
  request.output_tokens = type.output->sample(output_stream_);
  type.classes.assign(request, priority_stream_.uniform());
  if (type.prefixes) type.prefixes->draw(prefix_stream_, request, blocks_);
  return true;
}

}  // namespace headroom
