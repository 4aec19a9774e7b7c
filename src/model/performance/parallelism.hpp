#pragma once

#include <cstdint>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// How an instance goes beyond the GPUs that share each layer (Medha, arXiv 2409.17264): stages that have some of the
/// layers each, and groups that have all of them and a part of the KV cache. See docs/models.md.
struct Parallelism {
  std::uint32_t stages = 1;                ///< of the pipeline, with as many layers each
  Seconds hand_over{50e-6};                ///< from one stage to the next, of each micro-batch
  std::uint32_t kv_groups = 1;             ///< among which the KV cache is split along the sequence
  std::uint64_t kv_group_tokens = 262144;  ///< context from which a step needs one group more
  Seconds merge{300e-6};                   ///< of the partial results of several groups, a step

  bool operator==(const Parallelism&) const = default;
  void fields(Fields& f) {
    f("pipeline_stages", stages,
      "parts of the layers that GPUs of their own have; the next chunk of a prompt enters a stage when the one before "
      "leaves it",
      Range::between(1, 256));
    f("hand_over_ms", hand_over, "from one stage to the next, for each part of a step", Range::overhead());
    f("kv_groups", kv_groups, "copies of the model that share the attention of long contexts, each with a part of it",
      Range::between(1, 256));
    f("kv_group_tokens", kv_group_tokens,
      "a step works on one group more for each so many tokens of context, up to kv_groups", Range::between(1, 1e9));
    f("kv_merge_ms", merge, "merging the attention of several groups, in a step", Range::overhead());
  }

  /// Instances of the model's layers that it takes, each on the GPUs of its tensor parallelism.
  [[nodiscard]] std::uint32_t parts() const { return stages * kv_groups; }
};

}  // namespace headroom
