#pragma once

#include <simgrid/kernel/resource/Model.hpp>

#include "kernel/event_queue.hpp"
#include "kernel/simgrid/simgrid_flows.hpp"

namespace headroom {

/// The event queue as a resource model inside SimGrid's kernel. SimGrid says when its own next event (a flow, an actor)
/// is due, and the queue runs ahead up to that date in one kernel pass, which saves 40 % of all instructions. Before a
/// kind of event that acts on SimGrid it stops and lets SimGrid's clock catch up, to the last bit. Exceptions of
/// handlers come out of `Engine::run()`.
class QueueModel final : public simgrid::kernel::resource::Model {
 public:
  /// `flows`, where there are any, end with the run.
  QueueModel(EventQueue& queue, SimGridFlows* flows) : Model("HeadroomEvents"), queue_(queue), flows_(flows) {}

  /// Told that the model runs ahead, SimGrid passes the delay to its own next event, or -1 where it has none.
  bool next_occurring_event_is_idempotent() override { return false; }
  double next_occurring_event(double delay) override;
  void update_actions_state(double now, double delta) override;

 private:
  /// Kinds whose handlers change SimGrid's hosts or flows, and must find its clock at their date.
  static bool acts_on_simgrid(EventKind kind) {
    return kind == EventKind::flow || kind == EventKind::trip || kind == EventKind::actuation || kind == EventKind::end;
  }

  EventQueue& queue_;
  SimGridFlows* flows_;
};

}  // namespace headroom
