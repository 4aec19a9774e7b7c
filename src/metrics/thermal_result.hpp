#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "base/quantile_sketch.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "metrics/heat_result.hpp"

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

  void fields(Fields& f) const {
    f("mean", mean(), "over time");
    f("max", max(), "exact, over all instants");
  }

 private:
  static constexpr double kColdest = -100.0;

  QuantileSketch sketch_;  ///< of degrees above kColdest, since it takes no negative values
  double sum_ = 0;
  double max_ = -std::numeric_limits<double>::infinity();
};

/// Temperatures of which only samples are known.
class SampledTemperatures : public TemperatureDigest {
 public:
  void fields(Fields& f) const {
    f("mean", mean(), "over time");
    f("max", max(), "of the samples");
  }
};

/// Temperatures of some servers and what came of them.
struct ThermalZone {
  TemperatureDigest inlet;
  TemperatureDigest gpu;                   ///< of the hottest GPU of each server
  std::optional<SampledTemperatures> hbm;  ///< of its memory, where the hardware says
  std::optional<double> max_gpu_window_c;  ///< largest mean over a window
  std::uint64_t throttles = 0;
  double throttled_server_s = 0;

  void merge(const ThermalZone& other) {
    inlet.merge(other.inlet);
    gpu.merge(other.gpu);
    if (other.hbm) hbm ? hbm->merge(*other.hbm) : void(hbm = other.hbm);
    max_gpu_window_c = std::max(max_gpu_window_c, other.max_gpu_window_c);
    throttles += other.throttles;
    throttled_server_s += other.throttled_server_s;
  }

  void fields(Fields& f) const {
    f("inlet_c", inlet, "at the inlets of the servers");
    f.group(
        "gpu_c",
        "of dies, the hottest GPU of each server: sampled at every `/cooling/update_s` and at the end, weighted by the "
        "time since the one before, but for `max`",
        [this](Fields& dies) {
          dies.part(gpu);
          dies("p99", gpu.quantile(0.99), "errs by at most 0.1 % of the degrees above -100 besides");
        });
    f("hbm_c", hbm, "of GPU memory, the hottest of each server, sampled likewise; of hardware with `hbm_rise_k`");
    f("max_gpu_5min_c", max_gpu_window_c,
      "hottest GPU, of its means over the windows of `/cooling/window_s` that ended; GPUs on which nobody ever sat do "
      "not count");
    f("throttles", throttles, "times that an instance reached the limit");
    f("throttled_server_s", throttled_server_s,
      "time in which an instance of a server was throttled, summed over servers");
  }
};

/// The air of an aisle.
struct AisleResult {
  double airflow_limit_m3_per_s = 0;
  double max_demand_m3_per_s = 0;
  double short_s = 0;

  void fields(Fields& f) const {
    f("airflow_limit_m3_per_s", airflow_limit_m3_per_s, "what it gets at most, but for incidents");
    f("max_demand_m3_per_s", max_demand_m3_per_s, "most that its servers wanted, of every `/cooling/update_s`");
    f("short_s", short_s, "time in which they wanted more than they got, between updates as at the one before");
  }
};

struct ThermalResult {
  TemperatureDigest outside;
  ThermalZone site;
  std::map<std::string, ThermalZone> zones;  ///< by path of the row, or whatever holds the racks
  std::map<std::string, AisleResult> aisles;
  std::optional<double> limited_windows_fraction;
  HeatResult series;  ///< in a file of its own

  void fields(Fields& f) const {
    f("outside_c", outside, "as the inlets were told every `/cooling/update_s`");
    f.part(site);
    f("limited_windows_fraction", limited_windows_fraction,
      "share of the windows of `/cooling/window_s` that ended in which a GPU throttled, or an aisle wanted more air "
      "than "
      "it got");
    f("aisles", aisles, "of `/cooling/aisles`, by name");
    f("zones", zones, "the same of each row: of the nodes above the racks, or of the racks where there are no rows");
  }
};

}  // namespace headroom
