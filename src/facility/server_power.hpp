#pragma once

#include <cstdint>
#include <vector>

#include "facility/airflow.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// One point of a power supply's efficiency curve.
struct EfficiencyPoint {
  double load_fraction = 0;  ///< output over rated output
  double efficiency_fraction = 0;

  void fields(Fields& f);
};

/// What a server draws besides its GPUs.
struct ServerPowerSpec {
  std::uint32_t gpus = 8;
  std::uint32_t cpu_cores = 0;  ///< on which instances may stand
  Power rated{};                ///< name plate, at the inlet
  Power host_idle{};            ///< processors, memory, switches, network, storage
  Power host_active{};          ///< what the host adds, in proportion, up to all GPUs at TDP
  Power fan_min{};
  Power fan_max{};                 ///< with all GPUs at TDP
  std::uint32_t fan_exponent = 3;  ///< of GPU load: 3 where the air flow follows the heat
  Power psu_rated{};               ///< output of all installed supplies together
  AirflowSpec airflow;
  std::vector<EfficiencyPoint> efficiency;  ///< rising in load_fraction; held constant beyond its ends

  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Power at a server's inlet from the power of its GPUs: (GPUs + host + fans) / supply efficiency, where host and fans
/// follow the GPU load (GPU power over TDP of all GPUs). Strictly rising; extrapolated above TDP. What work on CPU
/// cores draws comes on top of the host's.
class ServerPower {
 public:
  /// Of a spec whose rules hold.
  ServerPower(const ServerPowerSpec& spec, Power gpu_tdp);

  /// What a server draws besides its GPUs, without the losses of its supplies.
  struct Beside {
    Power host, fans;
  };
  [[nodiscard]] Beside beside(Power all_gpus) const;
  [[nodiscard]] Power inlet(Power all_gpus, Power cores = {}) const;
  /// What the power supplies give.
  [[nodiscard]] Power output(Power all_gpus, Power cores = {}) const;

 private:
  /// Efficiency over a stretch of loads: intercept + slope * output power.
  struct Stretch {
    double up_to_w;
    double intercept;
    double slope;
  };
  [[nodiscard]] double efficiency(double output_w) const;

  ServerPowerSpec spec_;
  double all_tdp_w_;
  std::vector<Stretch> stretches_;
};

}  // namespace headroom
