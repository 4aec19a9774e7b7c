#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "fleet/fleet.hpp"
#include "fleet/return_desk.hpp"
#include "headroom/actions.hpp"
#include "metrics/fleet_result.hpp"

namespace headroom {

/// Lets instances start, drain and stop: what deployments ask for, and how long that takes.
class Deployments final : public SliceWatch {
 public:
  /// All outlive this. What instances hand back goes to `desk`, which is set before the run begins.
  Deployments(const Scenario& scenario, Fleet& fleet, EventLog& log, EventQueue& queue);
  void set_desk(ReturnDesk& desk) { desk_ = &desk; }

  /// What stands before time begins: done at once.
  void set_up(const Deploy& wanted);
  /// A deployment lands; returns why it no longer applies, where it does not.
  std::optional<std::string> deploy(const Deploy& wanted, std::uint32_t decision);
  /// These instances get no requests any more, and each stops when it holds none; after this time, or that of its
  /// service, it hands back what is left.
  void drain(std::span<const InstanceId> leaving, std::optional<Seconds> limit, const std::string& cause);
  /// A draining instance hands back what is left after this time, where it would later.
  void hurry(InstanceId id, Seconds limit);
  /// Nobody is to stand on these GPUs any more: instances drain, starts and moves that are not over are given up.
  void clear(ServerId server, std::uint16_t first_gpu, std::uint16_t gpus, const std::string& cause);
  void assign(InstanceId id, PoolId pool);
  void requeue_waiting(InstanceId id, double newest_fraction);
  void squash(InstanceId id, double targets);
  void note_not_applied() { ++result_.not_applied; }

  void drained(InstanceId id) override;
  void vacated(SliceId id) override;
  void power_cut(std::span<const ServerId> servers) override;

  [[nodiscard]] FleetResult finish();

 private:
  /// A member that waits for its GPUs.
  struct Waiting {
    Member member;
    bool is_reshard;
    std::string cause;
    std::vector<StartPhase> phases;  ///< that it will go through
  };
  /// What a deployment changes.
  struct Change {
    std::vector<InstanceId> leaving;
    std::vector<Waiting> added;
  };
  /// A re-shard whose weights travel while the instances that it replaces serve on.
  struct Moving {
    ServerId server;
    Change change;
    bool fits;  ///< old and new parts stand beside each other: the new instances serve when the old ones stop
  };
  struct Life {
    std::vector<StartPhase> phases;
    std::size_t phase = 0;
    std::uint32_t event = 0;  ///< of its start, or its draining, in the log
    Seconds drained_by{};     ///< where it drains
  };

  [[nodiscard]] std::optional<std::string> why_not(const Deploy& wanted, std::uint32_t decision) const;
  /// Who stands on the server of an instance, or for whom, is not what it was.
  void changes(InstanceId id);
  [[nodiscard]] bool stands(const Member& member, InstanceId& id) const;
  void give_up_moves(ServerId server);
  [[nodiscard]] Change change_of(const Deploy& wanted, const std::string& cause);
  [[nodiscard]] bool moves_parts(const Deploy& wanted, const Change& change) const;
  [[nodiscard]] bool fits_beside(const Change& change) const;
  void begin_to_move(const Deploy& wanted, Change change);
  void switch_over(const Event& event);
  [[nodiscard]] bool held_same_model(ServerId server, const VariantSpec& variant) const;
  void drain_until(InstanceId id, Seconds date);
  void next(const Event& event);
  void start_those_that_fit();
  void start(Waiting waiting);
  void enter_phase(InstanceId id);
  void serve(InstanceId id);
  void stop(InstanceId id, const std::string& why);
  void hand_back(std::span<const Sequence> sequences);
  Life& life(InstanceId id);

  Fleet& fleet_;
  EventLog& log_;
  EventQueue& queue_;
  ReturnDesk* desk_ = nullptr;
  RandomStream failures_;
  std::vector<Life> lives_;             ///< by instance
  std::vector<std::uint32_t> changed_;  ///< by server: decisions of a lower number saw others there, or for others
  std::vector<Waiting> waiting_;
  std::vector<std::optional<Moving>> moving_;  ///< all there have been
  std::vector<Sequence> handed_back_;
  FleetResult result_;
};

}  // namespace headroom
