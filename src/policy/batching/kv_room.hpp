#pragma once

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

}  // namespace headroom
