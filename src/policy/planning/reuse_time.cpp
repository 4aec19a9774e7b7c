#include "policy/planning/reuse_time.hpp"

#include <algorithm>

namespace headroom {

Seconds full_prefill(const ReuseOutlook& prompt) {
  return prompt.queue + prompt.prefix + prompt.rest;
}

Seconds reusing_prefill(const ReuseOutlook& prompt, double layer_fraction) {
  if (layer_fraction >= 1) return full_prefill(prompt);
  const Seconds cache((1 - layer_fraction) * prompt.kv_bytes / prompt.bytes_per_s);
  if (layer_fraction <= 0) return prompt.queue + cache + prompt.rest;
  const Seconds hidden(prompt.hidden_bytes / prompt.bytes_per_s);
  return prompt.queue + hidden + std::max(layer_fraction * prompt.prefix, cache) + prompt.rest;
}

std::optional<std::size_t> choose_group(const ReuseOutlook& prompt, const ReuseChoice& choice) {
  const Seconds full = full_prefill(prompt);
  const bool takes_its_time = choice.ttft_target && !prompt.requests_wait;
  if (takes_its_time && full <= *choice.ttft_target) return std::nullopt;
  std::optional<std::size_t> least, most;
  const auto fraction = [&](std::size_t i) { return prompt.groups[i].layer_fraction; };
  for (std::size_t i = 0; i < prompt.groups.size(); ++i) {
    if (prompt.groups[i].quality < choice.quality_wanted) continue;
    if (!least || fraction(i) < fraction(*least)) least = i;
    const bool in_time = takes_its_time && reusing_prefill(prompt, fraction(i)) <= *choice.ttft_target;
    if (in_time && (!most || fraction(i) > fraction(*most))) most = i;
  }
  const auto chosen = most ? most : least;
  if (!chosen || reusing_prefill(prompt, fraction(*chosen)) >= full) return std::nullopt;
  return chosen;
}

}  // namespace headroom
