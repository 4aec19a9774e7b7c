#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "base/quantile_sketch.hpp"
#include "headroom/fields.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// Times to the first token of stages.
struct FirstTokens {
  std::uint64_t stages = 0;
  QuantileSketch seconds;
  void fields(Fields& f) const {
    f("stages", stages, "that are done");
    f("mean_s", stages > 0 ? std::optional(seconds.mean()) : std::nullopt, "from when they were ready");
    f("p99_s", stages > 0 ? std::optional(seconds.quantile(0.99)) : std::nullopt, "likewise");
  }
};

/// KV caches that models took over from others (planner `kv_reuse`).
struct ReuseResult {
  FirstTokens full, reused;
  std::uint64_t begun = 0, failed = 0;
  double predicted_s = 0, layer_fraction = 0, quality = 0;  ///< sums over those that were begun
  double fetched_bytes = 0;
  std::uint64_t made = 0, live = 0;
  double made_bytes = 0, dropped_bytes = 0, live_bytes = 0;

  void fields(Fields& f) const {
    f("full_ttft", full, "of stages with a context that read all of it, or found it in the cache of their instance");
    f("reused_ttft", reused, "of those that took a KV cache over");
    f("begun", begun, "times that one was to be taken over");
    f("failed", failed, "of these, those that lost a server on the way: the whole prompt was read after all");
    f("predicted_mean_s", per_one(predicted_s, begun), "time to the first token that the planner expected of these");
    f("layer_fraction_mean", per_one(layer_fraction, begun), "of the layers, those that these recomputed");
    f("quality_mean", per_one(quality, begun), "as the planner's `groups` say");
    f("fetched_bytes", fetched_bytes, "of KV caches and hidden states that set out");
    f.group("artefacts", "what senders keep of contexts: made = dropped + live", [this](Fields& artefacts) {
      artefacts("made", made, "times that one was made");
      artefacts("live", live, "at the end");
      artefacts("made_bytes", made_bytes, "of these, KV caches and hidden states");
      artefacts("dropped_bytes", dropped_bytes, "for others, or with a server's power");
      artefacts("live_bytes", live_bytes, "at the end, counted anew");
    });
  }
  /// What is made is dropped or there; relative.
  [[nodiscard]] double residual() const {
    const double lost = std::abs(made_bytes - dropped_bytes - live_bytes);
    return made_bytes > 0 ? lost / made_bytes : lost;
  }
};

}  // namespace headroom
