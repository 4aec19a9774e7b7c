#pragma once

#include <cstdint>

#include "headroom/fields.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// The prefix caches of a run.
struct PrefixResult {
  PrefixHits hits;
  std::uint64_t evicted_tokens = 0, cached_tokens = 0;

  void fields(Fields& f) const {
    f.part(hits);
    f("evicted_tokens", evicted_tokens, "KV tokens that caches dropped since memory was needed");
    f("cached_tokens", cached_tokens, "KV tokens that caches held at the end and nobody used");
  }
};

}  // namespace headroom
