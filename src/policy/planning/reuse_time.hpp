#pragma once

#include <cstddef>
#include <optional>

#include "headroom/planner.hpp"

namespace headroom {

/// DroidSpeak (arXiv 2411.02820): when the first token would be there if the receiver read the whole prompt itself.
[[nodiscard]] Seconds full_prefill(const ReuseOutlook& prompt);

/// Likewise if it recomputed a fraction of the layers, from the hidden state at their entry, while the KV cache of the
/// others comes. At 0 there is no hidden state to be fetched, at 1 nothing at all.
[[nodiscard]] Seconds reusing_prefill(const ReuseOutlook& prompt, double layer_fraction);

/// What a choice between groups goes by.
struct ReuseChoice {
  double quality_wanted = 0;
  std::optional<Seconds> ttft_target;  ///< none: the least work is wanted, also where nobody waits
};

/// Of the groups of enough quality the one that recomputes least; where there is a target and nobody waits, the one
/// that recomputes most and keeps it. None: it is to read the whole prompt, because that keeps the target, or is no
/// slower, or no group has the quality.
[[nodiscard]] std::optional<std::size_t> choose_group(const ReuseOutlook& prompt, const ReuseChoice& choice);

}  // namespace headroom
