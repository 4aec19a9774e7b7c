#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facility/server_power.hpp"
#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "model/calibration_note.hpp"
#include "model/power/gpu_power.hpp"
#include "model/thermal/die_sink.hpp"
#include "serving/power_limiter.hpp"

namespace headroom {

/// A server type.
struct HardwareConfig {
  std::string name;
  GpuSpec gpu;
  GpuPowerCoefficients gpu_power;
  ServerPowerSpec server;
  LimitSpec limits;
  std::optional<double> nic_bytes_per_s;
  std::optional<double> gpu_cost_usd_per_h, cpu_core_cost_usd_per_h;
  std::optional<ThermalSpec> thermal;
  std::string source;
  std::vector<CalibrationNote> calibration;  ///< of `gpu_power`
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Servers of another type than the others of the site.
struct ServerTypeConfig {
  HardwareConfig hardware;
  std::vector<std::string> nodes;  ///< paths of what holds them, e.g. row1 or row0/rack2
  void fields(Fields& f);
};

}  // namespace headroom
