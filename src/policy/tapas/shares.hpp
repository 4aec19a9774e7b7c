#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "headroom/controller.hpp"
#include "policy/tapas/configurations.hpp"

namespace headroom {

/// A server on which an instance serves, alone but for GPUs that nobody uses.
struct Serving {
  ServerId id;
  TypeId type;
  InstanceId instance;
  std::uint16_t gpus = 0, first_gpu = 0;  ///< of the server; of the instance
  Power idle_gpu{};
  double rate_per_s = 0;  ///< requests that are sent there
  Power idle_gpus{};      ///< of all its GPUs: what they draw as it came without requests
  Power wanted_gpus{};    ///< and with these
};

/// Those in reach whose instance is up and neither starts nor drains; their present load counts `margin` times. What
/// they want is still to be filled in.
[[nodiscard]] std::vector<Serving> serving_servers(const ControlView& view, const MeanRequest& request, double margin);

/// What a server may draw at its input and blow.
struct Portion {
  double power_w = 0;
  double airflow_m3_per_s = 0;
};

/// How the limits of rows and aisles are divided: what others are expected to take is set aside, each serving server
/// has what it takes idle, and the rest goes by what each wants above that: nobody has less than it wants where all
/// have enough.
class Shares {
 public:
  Shares(const ControlView& view, const std::vector<Serving>& serving, double limit_fraction);
  [[nodiscard]] const Portion& of(std::size_t serving) const { return shares_[serving]; }

 private:
  std::vector<Portion> shares_;
};

}  // namespace headroom
