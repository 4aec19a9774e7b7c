#pragma once

#include <algorithm>

namespace headroom {

/// Bytes of a KV cache that have not travelled yet when its prompt has been read, where each layer's share sets out as
/// soon as that layer is done (Splitwise, ISCA 2024, section IV-C). All n layers take the same time and have the same
/// share, so that the n-th sets out only at the end, and the others had (n - 1) / n of the prefill, in which a transfer
/// that shares nothing takes `bytes_in_prefill` at most.
[[nodiscard]] inline double left_after_overlap(double bytes, double layers, double bytes_in_prefill) {
  const double last = bytes / layers;
  return std::max(last, bytes - bytes_in_prefill * (layers - 1) / layers);
}

}  // namespace headroom
