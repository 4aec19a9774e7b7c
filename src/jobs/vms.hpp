#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "facility/site.hpp"
#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "headroom/heat.hpp"
#include "jobs/vm_list.hpp"
#include "jobs/vm_load.hpp"
#include "jobs/vm_services.hpp"
#include "jobs/vm_site.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/vms_result.hpp"
#include "scenario/scenario.hpp"
#include "training/job_clock.hpp"

namespace headroom {

/// The virtual machines of a run. As they come, a policy says where they go; those without a place wait, in order of
/// coming, and are tried again when GPUs are free and at each step. Opaque ones draw a power that changes with the
/// steps, less under a cap or a lower clock. The others run an instance of their service: it stands at once at the
/// start, starts as others do later, and drains when the machine leaves, whatever stands on its GPUs by then.
class Vms final : public SliceWatch {
 public:
  /// The parts of a run that it works on; all outlive this.
  struct Surroundings {
    const FleetPlan& plan;
    const Site& site;
    Fleet& fleet;
    const Budgets& budgets;
    Deployments& deployments;
    EventLog& log;
    EventQueue& queue;
    const Heat* heat = nullptr;  ///< none without /cooling
  };
  /// Reads files of machines (InputError).
  Vms(const Scenario& scenario, const Surroundings& around);

  void start();
  void vacated(SliceId id) override;
  void limits_changed(ServerId server) override;
  void heat_limited(SliceId slice, Power per_gpu) override;
  void power_cut(std::span<const ServerId> servers) override;

  [[nodiscard]] const VmOutlook& outlook() const { return site_; }
  [[nodiscard]] const VmView& site() const { return site_; }
  [[nodiscard]] VmsResult finish();
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

 private:
  struct State {
    std::optional<VmPlace> place;
    std::optional<SliceId> slice;  ///< of an opaque one that stands
    Power wanted{}, drawn{};       ///< by each of its GPUs
    double clock_ratio = 1.0;
    Power heat_limit{};
    Seconds since{};      ///< it draws this
    Seconds placed_at{};  ///< of an opaque one
    bool has_waited = false;
  };

  void build_templates(const FleetPlan& plan);
  void check_sizes(const FleetPlan& plan) const;
  void next(const Event& event);
  void look(bool is_start);
  [[nodiscard]] bool are_alike(std::uint32_t one, std::uint32_t other) const;
  void wait(std::uint32_t machine);
  void step();
  [[nodiscard]] bool place(std::uint32_t machine, bool is_start);
  void settle_opaque(std::uint32_t machine);
  void settle_instance(std::uint32_t machine, std::uint32_t event, bool is_start);
  void work(std::uint32_t machine);
  void draw(std::uint32_t machine);
  void book(std::uint32_t machine);
  void leave(std::uint32_t machine, const std::string& why, bool has_power);
  [[nodiscard]] Vm vm_of(std::uint32_t machine) const;
  [[nodiscard]] GpuRange range_of(ServerId server) const;
  [[nodiscard]] std::size_t look_timer() const { return list_.machines.size() + 1; }

  const Scenario& scenario_;
  Fleet& fleet_;
  Deployments& deployments_;
  EventLog& log_;
  EventQueue& queue_;
  Warnings warnings_;
  std::unique_ptr<VmPlacement> placement_;
  VmLoad load_;
  VmList list_;
  VmSite site_;
  VmServices services_;
  std::vector<JobClock> clocks_;                  ///< by server type
  std::vector<LoadSeries> expected_w_;            ///< by group
  LoadSeries peak_w_;                             ///< of machines without a history
  std::map<std::uint32_t, LoadSeries> record_w_;  ///< by machine that has a record
  std::vector<State> states_;                     ///< by machine
  std::vector<std::uint32_t> waiting_;            ///< in order of coming
  std::uint32_t coming_ = 0;                      ///< the machine that comes next
  std::uint64_t step_;                            ///< that goes on
  Seconds waited_{}, stood_{}, deficit_{};
  VmsResult result_;
};

}  // namespace headroom
