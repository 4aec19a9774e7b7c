#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"
#include "jobs/vm_site.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// The services whose instances stand on virtual machines: what those run, and what each of their GPUs is expected to
/// draw by step of the cycle. Once a step is over, that is what the machines of the service drew in it; GPUs of theirs
/// on which no instance stands are idle.
class VmServices {
 public:
  /// All outlive this.
  VmServices(const Scenario& scenario, const FleetPlan& plan, const Fleet& fleet, const VmLoad& load);

  [[nodiscard]] std::span<const double> gpu_w(ServiceId service) const { return of(service).gpu_w; }
  [[nodiscard]] PoolId pool(ServiceId service) const { return of(service).pool; }
  /// That its machines run on a server type.
  [[nodiscard]] VariantId variant(ServiceId service, TypeId type) const;
  /// GPUs of an instance; 0 where it fits on no server type.
  [[nodiscard]] std::uint32_t gpus_of_instance(ServiceId service) const;

  /// A machine has settled on a server, or left it.
  void settled(ServiceId service, const VmPlace& place);
  void left(ServiceId service, const VmPlace& place);
  /// A step of the run is over: the site is to expect what was seen.
  void measure(std::uint64_t over, VmSite& site);

 private:
  struct Service {
    PoolId pool;
    std::string variant;
    LoadSeries gpu_w;
    std::vector<ServerId> servers{};  ///< of its machines, one entry each
    double gpus = 0;                  ///< of its machines
    Energy energy{};                  ///< of its instances, up to the last step
    Seconds gpu_seconds{};            ///< of its machines, from the last step on
    Seconds since{};                  ///< up to which these are counted
  };
  [[nodiscard]] const Service& of(ServiceId service) const { return *services_[service.index()]; }
  void count(Service& service, double more_gpus);

  const Fleet& fleet_;
  const VmLoad& load_;
  std::vector<std::optional<Service>> services_;  ///< by id
};

}  // namespace headroom
