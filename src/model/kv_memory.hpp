#pragma once

#include <cstdint>
#include <optional>

#include "headroom/fields.hpp"

namespace headroom {

/// What an instance's memory holds, where that is known otherwise than by its model, GPUs and stack: plain values,
/// those that are absent by the models. See docs/step_tables.md.
struct KvMemoryConfig {
  std::optional<double> kv_bytes_per_token;      ///< of all GPUs together
  std::optional<double> weight_bytes;            ///< likewise
  std::optional<double> memory_bytes;            ///< likewise; weights and KV cache share it
  std::optional<std::uint64_t> capacity_tokens;  ///< KV tokens, whatever the bytes
  void fields(Fields& f) {
    f("kv_bytes_per_token", kv_bytes_per_token, "KV cache of a token, over all GPUs of an instance",
      Range::between(1.0, 1e12));
    f("weight_bytes", weight_bytes, "weights of an instance, over all its GPUs", Range::between(0.0, 1e16));
    f("memory_bytes", memory_bytes, "of an instance, over all its GPUs; weights and KV cache share it",
      Range::between(1.0, 1e16));
    f("capacity_tokens", capacity_tokens, "tokens that the KV cache of an instance holds, whatever the bytes say",
      Range::between(1, 1e15));
  }
};

}  // namespace headroom
