#pragma once

#include <algorithm>
#include <cstdint>

#include "headroom/batch_scheduler.hpp"

namespace headroom {

/// Pre-empts the sequences admitted last until every remaining decode has room for its next token, those that join
/// with this plan included.
/// Returns the KV tokens that are free then, after that next token.
inline std::uint64_t make_room_for_decodes(const InstanceView& instance, StepPlan& plan, std::uint64_t joining = 0) {
  std::uint64_t free = instance.kv_free_tokens();
  std::uint64_t decodes = instance.decodes + joining;
  for (std::size_t i = instance.running.size(); i-- > 0 && free < decodes;) {
    const Sequence& sequence = instance.running[i];
    plan.preemptions.push_back(static_cast<std::uint32_t>(i));
    free += instance.kv_tokens(sequence);
    if (sequence.decoding()) --decodes;
  }
  return free - decodes;
}

/// Whether some of those that ran before go on to decode after the plan's pre-emptions.
[[nodiscard]] inline bool some_decode_on(const InstanceView& instance, const StepPlan& plan) {
  if (plan.preemptions.empty()) return instance.decodes > 0;
  return std::ranges::any_of(instance.running.first(instance.running.size() - plan.preemptions.size()),
                             &Sequence::decoding);
}

/// Nothing can run where caches that travel hold the memory: then the first that brought its cache along goes on,
/// whoever waits before it, or the instance waits until memory is given back.
inline void go_on_beside_lent_memory(const InstanceView& instance, StepPlan& plan) {
  if (plan.decode || !plan.prefill.empty()) return;
  std::uint64_t used = instance.kv_used_tokens;
  for (const std::uint32_t index : plan.preemptions) used -= instance.kv_tokens(instance.running[index]);
  const auto first = std::ranges::find_if(instance.waiting, &Sequence::decoding);
  if (first != instance.waiting.end() && used < instance.kv_capacity_tokens) {
    plan.admissions.push_back(static_cast<std::uint32_t>(first - instance.waiting.begin()));
    plan.decode = true;
  } else {
    plan.waits = used > 0;
  }
}

}  // namespace headroom
