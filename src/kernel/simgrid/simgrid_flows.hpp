#pragma once

#include <cstdint>
#include <deque>
#include <simgrid/s4u/Comm.hpp>
#include <simgrid/s4u/Host.hpp>
#include <span>

#include "kernel/event_queue.hpp"
#include "kernel/flow_solver.hpp"

namespace headroom {

/// Flows as communications of SimGrid between hosts whose routes stand. Once in a process, as SimGrid's signals are
/// its own.
class SimGridFlows final : public FlowSolver {
 public:
  SimGridFlows(std::span<simgrid::s4u::Host* const> hosts, EventQueue& queue);

  void watch(FlowWatch& watch) override { watch_ = &watch; }
  void start(std::uint32_t number, ServerId from, ServerId to, double bytes) override;
  void cancel(std::uint32_t number) override;
  [[nodiscard]] double left(std::uint32_t number) const override;
  /// The run has ended: nothing goes on.
  void freeze();

 private:
  struct Flow {
    simgrid::s4u::CommPtr comm;  ///< kept until the next of this number: SimGrid still looks at one that has ended
    std::uint32_t number = 0;
    double left = 0;  ///< bytes, where it does not run
    bool runs = false;
  };
  void ended(const simgrid::s4u::Activity& activity);

  std::span<simgrid::s4u::Host* const> hosts_;  ///< by server
  EventQueue& queue_;
  FlowWatch* watch_ = nullptr;
  std::deque<Flow> flows_;  ///< by number; SimGrid points at them
};

}  // namespace headroom
