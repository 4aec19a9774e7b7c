#include "control/control_loop.hpp"

#include "control/decision_check.hpp"

namespace headroom {

ControlLoop::ControlLoop(const Scenario& scenario, const ClassTable& classes, const Surroundings& around)
    : scenario_(scenario),
      fleet_(around.fleet),
      deployments_(around.deployments),
      nodes_(around.nodes),
      log_(around.log),
      queue_(around.queue),
      catalogue_(scenario),
      world_(world_of(scenario, around.plan, classes, around.fleet, catalogue_)),
      telemetry_(scenario.telemetry, around.site.tree(), view_),
      actuation_(scenario.actuation) {
  for (const HardwareConfig* type : scenario.types()) tdp_.push_back(type->gpu.tdp);
  for (const auto& recipe : scenario.policy.controllers) controllers_.push_back({recipe.make()});
  build_view(around.site);
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
      telemetry.servers.push_back(
          {ServerId(i), fleet_.servers()[i].priority, fleet_.hardware_of(ServerId(i)).gpu.max_clock});
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
  controller.control({now(), view_, world_, fleet_.view(), fleet_.demand()}, actions_);
  for (const auto& decision : actions_.decisions()) issue(decision, scenario_.policy.controllers[event.target].kind);
  if (!controller.is_done()) decide_next(event.target);
}

void ControlLoop::issue(const Actions::Decision& decision, const std::string& policy) {
  const Action& action = decision.action;
  check_action(action, {fleet_.view(), world_, tdp_}, policy, now());
  const auto number = log_.decided(action, target_of(action, fleet_), actions_.cause(decision), now(),
                                   on_grid(now() + actuation_.delay(action)));
  actuation_.issue({action, number}, queue_);
}

void ControlLoop::land(const Event& event) {
  const ActuationChannels::Command command = actuation_.land(event);
  const auto why_not = apply(command.action, command.decision, fleet_, deployments_);
  if (!why_not) return;
  log_.happened("not_applied", target_of(command.action, fleet_), *why_not, now());
  deployments_.note_not_applied();
}

}  // namespace headroom
