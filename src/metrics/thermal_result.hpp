#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "base/quantile_sketch.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Temperatures, weighted by how long each held: mean and maximum are exact, quantiles err by at most 0.1 % of the
/// degrees above -100. Before the first time has passed all are what was last seen.
class TemperatureDigest {
 public:
  void add(Celsius temperature, Seconds held) {
    sum_ += temperature.value() * held.value();
    sketch_.add(temperature.value() - kColdest, held.value());
    saw(temperature);
  }
  /// It was this warm at some instant, between what `add` tells.
  void saw(Celsius temperature) { max_ = std::max(max_, temperature.value()); }
  void merge(const TemperatureDigest& other) {
    sum_ += other.sum_;
    sketch_.merge(other.sketch_);
    max_ = std::max(max_, other.max_);
  }

  [[nodiscard]] double mean() const { return sketch_.weight() > 0 ? sum_ / sketch_.weight() : max_; }
  [[nodiscard]] double max() const { return max_; }
  [[nodiscard]] double quantile(double q) const { return sketch_.weight() > 0 ? sketch_.quantile(q) + kColdest : max_; }

 private:
  static constexpr double kColdest = -100.0;

  QuantileSketch sketch_;  ///< of degrees above kColdest, since it takes no negative values
  double sum_ = 0;
  double max_ = -std::numeric_limits<double>::infinity();
};

/// Temperatures of some servers and what came of them.
struct ThermalZone {
  TemperatureDigest inlet;
  TemperatureDigest gpu;  ///< of the hottest GPU of each server
  std::uint64_t throttles = 0;
  double throttled_server_s = 0;

  void merge(const ThermalZone& other) {
    inlet.merge(other.inlet);
    gpu.merge(other.gpu);
    throttles += other.throttles;
    throttled_server_s += other.throttled_server_s;
  }
};

struct ThermalResult {
  TemperatureDigest outside;
  ThermalZone site;
  std::map<std::string, ThermalZone> zones;  ///< by path of the row, or whatever holds the racks
};

}  // namespace headroom
