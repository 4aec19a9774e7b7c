#pragma once

#include <cstdint>
#include <optional>

#include "base/quantile_sketch.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// KV caches that travelled over a run.
struct NetworkResult {
  std::uint64_t transfers = 0, cut = 0, under_way = 0, retries = 0;
  double bytes = 0, cut_bytes = 0;
  QuantileSketch seconds;

  void fields(Fields& f) const {
    f("transfers", transfers, "KV caches that arrived");
    f("bytes", bytes, "of these");
    f("mean_s", of_some(seconds.mean()), "of these, from start to end");
    f("p99_s", of_some(seconds.quantile(0.99)), "likewise");
    f("retries", retries, "times that there was no room for a KV cache");
    f("cut", cut, "KV caches that set out and did not arrive: either end lost its power");
    f("cut_bytes", cut_bytes, "of these");
    f("under_way", under_way, "KV caches that travelled, or waited for room, when the run ended");
  }

 private:
  [[nodiscard]] std::optional<double> of_some(double value) const {
    return seconds.empty() ? std::nullopt : std::optional(value);
  }
};

}  // namespace headroom
