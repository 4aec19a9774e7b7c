#include "control/control_loop.hpp"

#include "control/decision_check.hpp"

namespace headroom {

ControlLoop::ControlLoop(const Scenario& scenario, std::span<const Hertz> clocks, const Site& site, Fleet& fleet,
                         NodeWatch& nodes, EventLog& log, EventQueue& queue)
    : scenario_(scenario),
      clocks_(clocks),
      fleet_(fleet),
      nodes_(nodes),
      log_(log),
      queue_(queue),
      telemetry_(scenario.telemetry, site.tree(), view_),
      actuation_(scenario.actuation) {
  for (const auto& recipe : scenario.policy.controllers) controllers_.push_back({recipe.make()});
  build_view(site);
  queue_.on<&ControlLoop::open_window>(EventKind::window, *this);
  queue_.on<&ControlLoop::sample>(EventKind::sample, *this);
  queue_.on<&ControlLoop::deliver>(EventKind::delivery, *this);
  queue_.on<&ControlLoop::control>(EventKind::control, *this);
  queue_.on<&ControlLoop::land>(EventKind::actuation, *this);
}

/// Nodes with a budget at the levels that are sampled.
void ControlLoop::build_view(const Site& site) {
  view_.window = scenario_.telemetry.window;
  view_.clock_lock_delay = scenario_.actuation.clock_lock;
  view_.power_cap_delay = scenario_.actuation.power_cap;
  view_.power_brake_delay = scenario_.actuation.power_brake;
  for (const SiteNode& node : site.nodes()) {
    if (!is_at_level(node, scenario_.telemetry.levels) || !node.level || !node.level->budget) continue;
    NodeTelemetry telemetry;
    telemetry.id = node.id;
    telemetry.name = site.tree().path(node.id);
    telemetry.budget = *node.level->budget;
    for (std::size_t i = node.first_server; i < node.first_server + node.servers; ++i)
      telemetry.servers.push_back({ServerId(i), fleet_.servers()[i].priority, scenario_.hardware.gpu.max_clock});
    view_.nodes.push_back(std::move(telemetry));
    nodes_.follow(node.id);
  }
}

void ControlLoop::start() {
  telemetry_.start(queue_);
  for (std::size_t i = 0; i < controllers_.size(); ++i) decide_next(static_cast<std::uint32_t>(i));
}

void ControlLoop::decide_next(std::uint32_t index) {
  Deciding& deciding = controllers_[index];
  queue_.push(on_grid(deciding.controller->period() * static_cast<double>(deciding.next++)), EventKind::control, index);
}

void ControlLoop::open_window(const Event&) {
  telemetry_.open(now());
}

void ControlLoop::sample(const Event&) {
  const auto& samples = telemetry_.sample(queue_);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const NodeTelemetry& node = view_.nodes[i];
    if (now() > scenario_.telemetry.warmup) nodes_.sampled(node.id, samples[i]);
    log_.sampled(i, node.name, samples[i], node.budget, now());
  }
}

void ControlLoop::deliver(const Event&) {
  telemetry_.deliver();
}

void ControlLoop::control(const Event& event) {
  Controller& controller = *controllers_[event.target].controller;
  actions_.clear();
  view_.now = now();
  controller.control(view_, actions_);
  for (const auto& decision : actions_.decisions()) issue(decision, scenario_.policy.controllers[event.target].kind);
  if (!controller.is_done()) decide_next(event.target);
}

void ControlLoop::issue(const Actions::Decision& decision, const std::string& policy) {
  const Action& action = decision.action;
  check_action(action, {fleet_.servers().size(), clocks_, scenario_.hardware.gpu.tdp}, policy, now());
  const auto number = log_.decided(action, fleet_.path(server_of(action)), actions_.cause(decision), now(),
                                   on_grid(now() + actuation_.delay(action)));
  actuation_.issue({action, number}, queue_);
}

void ControlLoop::land(const Event& event) {
  const ActuationChannels::Command command = actuation_.land(event);
  fleet_.apply(command.action, command.decision);
}

}  // namespace headroom
