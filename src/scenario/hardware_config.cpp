#include "scenario/hardware_config.hpp"

#include <cmath>

#include "base/text.hpp"

namespace headroom {
namespace {

/// With all GPUs at TDP, a server and its power supplies stay within what they are rated for.
void check_ratings(const ServerPowerSpec& server, const GpuSpec& gpu, const Scope& scope) {
  const Power all_gpus = gpu.tdp * static_cast<double>(server.gpus);
  const ServerPower power(server, gpu.tdp);
  if (const Power output = power.output(all_gpus); server.psu_rated < output)
    scope.at("psu_rated_w")
        .problem("is below what the supplies give with all GPUs at TDP (" + shortest(std::round(output.value())) +
                 " W)");
  if (const Power inlet = power.inlet(all_gpus); server.rated < inlet)
    scope.at("rated_w").problem("is below the power of the server with all GPUs at TDP (" +
                                shortest(std::round(inlet.value())) + " W)");
}

}  // namespace

void HardwareConfig::fields(Fields& f) {
  f.required("name", name, "server type");
  f.required("gpu", gpu, "what the data sheet says of a GPU");
  f.required("gpu_power", gpu_power, "what a GPU draws");
  f.required("server", server, "what a server draws besides its GPUs");
  f("nic_bytes_per_s", nic_bytes_per_s, "what its NICs for traffic between GPUs take together, each way",
    Range::between(1e3, 1e15));
  f("gpu_cost_usd_per_h", gpu_cost_usd_per_h,
    "what a GPU costs that an instance has, from the start of the instance to its end", Range::between(0.0, 1e6));
  f("cpu_core_cost_usd_per_h", cpu_core_cost_usd_per_h, "likewise a CPU core that an instance has",
    Range::between(0.0, 1e6));
  f("limits", limits, "how fast a GPU's own power limits act");
  f("thermal", thermal, "how warm its GPUs get; needed with the scenario's cooling");
  f("source", source, "where the numbers come from");
  f("calibration", calibration, "how well the power coefficients fit");
}

void HardwareConfig::check(const Scope& scope) const {
  if (gpu_power.idle_loaded >= gpu.tdp) scope.at("gpu").at("tdp_w").problem("must be above the idle draw of the GPU");
  if (gpu_power.idle >= gpu.tdp)
    scope.at("gpu_power").at("idle_w").problem("must be below the TDP of the GPU, " + shortest(gpu.tdp.value()) + " W");
  if (thermal && !thermal->position_offsets.empty() && thermal->position_offsets.size() != server.gpus)
    scope.at("thermal")
        .at("position_offsets_fraction")
        .problem("must have one value for each of the " + std::to_string(server.gpus) + " GPUs of a server");
  if (!scope.at("server").sound()) return;
  check_ratings(server, gpu, scope.at("server"));
}

void ServerTypeConfig::fields(Fields& f) {
  f.required("hardware", hardware, "server type");
  f.required("nodes", nodes, "what holds the servers of this type, by path: row1, row0/rack2");
}

}  // namespace headroom
