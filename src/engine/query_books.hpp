#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fleet/fleet.hpp"
#include "fleet/slice_watch.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/query_energy_result.hpp"
#include "metrics/run_listener.hpp"
#include "scenario/query_energy_config.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Keeps apart where the energy of servers goes, and which requests it was for; of scenarios that ask for it. A server
/// is busy while an instance on it draws more than one that waits with its model loaded.
class QueryBooks final : public RunListener, public SliceWatch {
 public:
  /// All outlive this.
  QueryBooks(const QueryEnergyConfig& config, const ClassTable& classes, const EventQueue& queue)
      : config_(config), classes_(classes), queue_(queue), by_class_(classes.size()) {}

  /// Follows the servers from now on.
  void start(const Fleet& fleet);
  void completed(const Sequence& sequence, InstanceId instance, Seconds now) override;
  void occupied(SliceId slice) override { changed(slice); }
  void vacated(SliceId slice) override { changed(slice); }
  void drew(SliceId slice) override { changed(slice); }
  void power_cut(std::span<const ServerId> servers) override;

  /// Up to now; `facility` is the energy of the site, losses of the power tree included.
  [[nodiscard]] QueryEnergyResult finish(Energy facility);

 private:
  /// What a server draws, and since when.
  struct Draw {
    Power gpus{}, host{}, fans{}, supplies{};
    bool is_busy = false;
    Seconds since{};
  };
  struct ClassSum {
    std::uint64_t completed = 0;
    Energy gpus{};
  };
  void changed(SliceId slice) {
    if (fleet_) refresh(fleet_->slices()[slice.index()].server);
  }
  void refresh(ServerId id);
  void settle(Draw& draw);
  [[nodiscard]] bool is_busy(ServerId id) const;

  const QueryEnergyConfig& config_;
  const ClassTable& classes_;
  const EventQueue& queue_;
  const Fleet* fleet_ = nullptr;
  std::vector<Draw> draws_;  ///< by server
  std::vector<ClassSum> by_class_;
  QueryEnergyResult result_;
};

}  // namespace headroom
