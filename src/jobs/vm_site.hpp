#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "fleet/budgets.hpp"
#include "fleet/fleet.hpp"
#include "headroom/heat.hpp"
#include "headroom/vm.hpp"
#include "jobs/vm_load.hpp"

namespace headroom {

/// A machine on GPUs of a server.
struct VmPlace {
  ServerId server;
  std::uint16_t first_gpu = 0;
  std::uint16_t gpus = 0;
};

/// The site as virtual machines see it: which GPUs they hold, and what servers, rows and aisles are expected to draw
/// and want by step of the cycle. GPUs that no machine holds count as idle there; losses between servers and row do not
/// count.
class VmSite final : public VmView, public VmOutlook {
 public:
  /// The parts of a run that it looks at; all outlive it.
  struct Surroundings {
    const Scenario& scenario;
    const FleetPlan& plan;
    const Site& site;
    const Fleet& fleet;
    const Budgets& budgets;
    const VmLoad& load;
    const Heat* heat;  ///< none without /cooling
  };
  explicit VmSite(const Surroundings& around);

  /// A machine takes a place; `gpu_w` is what its GPUs are expected to draw, and outlives its stay.
  void settle(std::uint32_t machine, const Vm& vm, const VmPlace& place);
  void leave(std::uint32_t machine);
  /// A series of machines that stand on these servers is to have this value at a step from now on.
  void renew(LoadSeries& series, std::size_t step, double watts, std::span<const ServerId> servers);
  /// Machines on a server, by number.
  [[nodiscard]] std::vector<std::uint32_t> on(ServerId server) const;

  [[nodiscard]] std::size_t servers() const override { return stand_.size(); }
  [[nodiscard]] std::optional<std::uint16_t> first_gpu(const Vm& vm, ServerId server) const override;
  [[nodiscard]] Power gpu_tdp(ServerId server) const override { return fleet_.hardware_of(server).gpu.tdp; }
  [[nodiscard]] std::size_t rows() const override { return rows_.size(); }
  [[nodiscard]] std::size_t row_of(ServerId server) const override { return row_of_[server.index()]; }
  [[nodiscard]] Power row_limit(std::size_t row) const override;
  [[nodiscard]] std::span<const double> row_w(std::size_t row) const override { return rows_[row].expected_w; }
  [[nodiscard]] std::span<const double> added_w(const Vm& vm, ServerId server) const override;
  [[nodiscard]] std::span<const double> aisle_m3_per_s(std::size_t aisle) const override { return aisles_[aisle]; }
  [[nodiscard]] std::span<const double> added_m3_per_s(const Vm& vm, ServerId server) const override;
  [[nodiscard]] std::size_t opaque_in_row(std::size_t row) const override { return rows_[row].opaque; }
  [[nodiscard]] std::size_t serving_in_row(std::size_t row) const override { return rows_[row].serving; }
  [[nodiscard]] const Heat* heat() const override { return heat_; }

  [[nodiscard]] std::size_t opaque_on(ServerId server) const override;
  [[nodiscard]] Power expected(ServerId server, Seconds at) const override;
  [[nodiscard]] Power expected_gpus(ServerId server, Seconds at) const override;

 private:
  struct Standing {
    std::uint32_t machine;
    bool is_opaque;
    VmPlace place;
    std::span<const double> gpu_w;
  };
  struct Row {
    NodeId node;
    Power capacity{};
    LoadSeries expected_w;
    std::size_t opaque = 0, serving = 0;
  };
  /// What the machine that was asked about last adds to servers on which no other stands, by type; and to the one with
  /// others that was asked about last.
  struct Answers {
    std::optional<std::uint32_t> machine;
    std::map<TypeId, LoadSeries> by_type;
    LoadSeries beside_others;
  };

  void build_rows(const Site& site);
  void fill_idle();
  [[nodiscard]] bool may_stand(const Vm& vm, ServerId server) const;
  [[nodiscard]] bool is_free(ServerId server, std::uint16_t first, std::uint16_t gpus) const;
  [[nodiscard]] double gpus_w(ServerId server, std::size_t step) const;
  [[nodiscard]] double inlet_w(ServerId server, double gpus_w) const;
  [[nodiscard]] double air(ServerId server, double gpus_w) const { return heat_->airflow(server, Power(gpus_w)); }
  void add(ServerId server, std::size_t step, double sign);
  template <class Quantity>
  [[nodiscard]] std::span<const double> added(const Vm& vm, ServerId server, Answers& known, Quantity quantity) const;

  const Fleet& fleet_;
  const Budgets& budgets_;
  const VmLoad& load_;
  const Heat* heat_;
  std::vector<bool> open_;                     ///< by server: whether machines may stand there
  std::vector<std::vector<bool>> of_service_;  ///< by service and server: whether its instances may
  std::vector<ServerPower> power_;             ///< by server type
  std::vector<Row> rows_;
  std::vector<std::uint32_t> row_of_;  ///< by server
  std::vector<LoadSeries> aisles_;
  std::vector<std::vector<Standing>> stand_;    ///< by server
  std::vector<std::optional<ServerId>> where_;  ///< by machine
  mutable Answers added_w_, added_m3_per_s_;
};

}  // namespace headroom
