#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/quantile_sketch.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// One way of a NIC, or of the uplink of a rack.
struct LinkResult {
  std::string name;
  double bytes = 0;
  double utilization_fraction = 0;

  void fields(Fields& f) const {
    f("bytes", bytes, "that went through it");
    f("utilization_fraction", utilization_fraction, "over what it could have taken in the whole run");
  }
};

/// KV caches, and images that were encoded elsewhere, that travelled over a run.
struct NetworkResult {
  std::uint64_t transfers = 0, cut = 0, under_way = 0, retries = 0;
  double sent_bytes = 0, bytes = 0, cut_bytes = 0, under_way_bytes = 0;
  QuantileSketch seconds;
  std::optional<Energy> energy;
  std::vector<LinkResult> links;

  void fields(Fields& f) const {
    f("transfers", transfers, "KV caches that arrived, and images of requests");
    f("sent_bytes", sent_bytes, "of all that set out");
    f("bytes", bytes, "of those that arrived");
    f("mean_s", of_some(seconds.mean()),
      "of these, from the end of the prompt (of images: from when all of a request are encoded) to their arrival");
    f("p99_s", of_some(seconds.quantile(0.99)), "likewise");
    f("retries", retries, "times that there was no room for a KV cache");
    f("cut", cut, "of these, those that set out and did not arrive: either end lost its power");
    f("cut_bytes", cut_bytes, "of these");
    f("under_way", under_way, "of these, those that travelled, or waited for room, when the run ended");
    f("under_way_bytes", under_way_bytes, "of those that travelled");
    f("energy_kwh", energy,
      "with `/network/energy_per_byte_j`: of the bytes sent, at one end, and of those that arrived, at the other; in "
      "no "
      "other value");
    f("links", by_name(links, &LinkResult::name),
      "of networks that transfers share: the ten busiest, `NODE out` and `NODE in` by the server, or rack, whose it "
      "is");
  }
  /// What is sent arrives, is cut or is under way; relative.
  [[nodiscard]] double residual() const {
    const double lost = std::abs(sent_bytes - bytes - cut_bytes - under_way_bytes);
    return sent_bytes > 0 ? lost / sent_bytes : lost;
  }

 private:
  [[nodiscard]] std::optional<double> of_some(double value) const {
    return seconds.empty() ? std::nullopt : std::optional(value);
  }
};

}  // namespace headroom
