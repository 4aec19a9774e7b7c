#pragma once

#include "headroom/fields.hpp"

namespace headroom {

/// How KV caches travel from instance to instance: each at the same rate, whatever else is under way.
struct NetworkConfig {
  double bytes_per_s = 200 * 0x1.0p30;
  Seconds retry{1.0};
  void fields(Fields& f) {
    f("bytes_per_s", bytes_per_s, "how fast a KV cache travels; transfers do not share it", Range::between(1e3, 1e15));
    f("retry_s", retry, "where the other instance has no room for a KV cache, it is asked again this much later",
      Range::between(1e-3, 1e6));
  }
};

}  // namespace headroom
