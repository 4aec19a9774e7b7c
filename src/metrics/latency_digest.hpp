#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/quantile_sketch.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// What a summary says of many numbers.
struct Distribution {
  double mean = 0, p50 = 0, p90 = 0, p99 = 0, max = 0;

  void fields(Fields& f) const {
    f("mean", mean, "exact");
    f("p50", p50, "errs by at most 0.1 %");
    f("p90", p90, "errs by at most 0.1 %");
    f("p99", p99, "errs by at most 0.1 %");
    f("max", max, "exact");
  }
};
[[nodiscard]] inline std::optional<Distribution> distribution_of(const QuantileSketch& sketch) {
  if (sketch.empty()) return std::nullopt;
  const std::vector<double> values = sketch.quantiles(std::array{0.50, 0.90, 0.99});
  return Distribution{sketch.mean(), values[0], values[1], values[2], sketch.max()};
}

/// Latencies of a set of requests, in seconds.
struct LatencyDigest {
  QuantileSketch ttft;  ///< arrival to first token
  QuantileSketch tbt;   ///< between tokens of a request, each token on its own
  QuantileSketch e2e;   ///< arrival to last token

  void merge(const LatencyDigest& other) {
    ttft.merge(other.ttft);
    tbt.merge(other.tbt);
    e2e.merge(other.e2e);
  }

  void fields(Fields& f) const {
    f("ttft_s", distribution_of(ttft), "arrival to first token, of completed requests");
    f("tbt_s", distribution_of(tbt),
      "the gap to the token before, of every token but a request's first: each gap counts on its own, prefill pauses "
      "and "
      "pre-emptions included, also of requests that did not complete");
    f("e2e_s", distribution_of(e2e), "arrival to last token, of completed requests");
  }
};

}  // namespace headroom
