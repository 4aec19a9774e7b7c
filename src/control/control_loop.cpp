#include "control/control_loop.hpp"

#include <algorithm>

#include "control/decision_check.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

/// The requests of a source up to the end of the run.
class UntilTheEnd final : public RequestSource {
 public:
  UntilTheEnd(std::unique_ptr<RequestSource> source, std::optional<Seconds> end)
      : source_(std::move(source)), end_(end) {}
  bool next(Request& request) override { return source_->next(request) && (!end_ || request.arrival <= *end_); }

 private:
  std::unique_ptr<RequestSource> source_;
  std::optional<Seconds> end_;
};

}  // namespace

ControlLoop::ControlLoop(const Scenario& scenario, const ClassTable& classes, const Surroundings& around)
    : scenario_(scenario),
      site_(around.site),
      budgets_(around.budgets),
      fleet_(around.fleet),
      deployments_(around.deployments),
      nodes_(around.nodes),
      log_(around.log),
      queue_(around.queue),
      catalogue_(scenario),
      world_(world_of(scenario, around.plan, classes, around.fleet, catalogue_)),
      telemetry_(scenario.telemetry, around.site.tree(), view_),
      actuation_(scenario.actuation) {
  world_.profile = around.profile;
  for (const HardwareConfig* type : scenario.types()) tdp_.push_back(type->gpu.tdp);
  build_view(around.site);
  add_knowledge(classes);
  add_controllers(around.plan);
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
    telemetry.budget = *budgets_.of(node.id);
    for (std::size_t i = node.first_server; i < node.first_server + node.servers; ++i)
      telemetry.servers.push_back({ServerId(i), {}, fleet_.hardware_of(ServerId(i)).gpu.max_clock});
    view_.nodes.push_back(std::move(telemetry));
    nodes_.follow(node.id);
  }
}

/// Incidents lower them, and give them back.
void ControlLoop::renew_budgets() {
  for (NodeTelemetry& node : view_.nodes) node.budget = *budgets_.of(node.id);
}

/// Of what was, and of what comes.
void ControlLoop::add_knowledge(const ClassTable& classes) {
  if (scenario_.registry) {
    planner_.emplace(*scenario_.registry, classes, fleet_.view(), world_);
    world_.planner = &*planner_;
  }
  if (scenario_.history) history_.emplace(*scenario_.history, classes, site_.tree());
  if (!scenario_.foresight) return;
  ClassTable once_more;
  auto requests =
      make_source(scenario_.workload, once_more, scenario_.seed, scenario_.where("/workload"), scenario_.duration);
  oracle_ = std::make_unique<Oracle>(*scenario_.foresight, classes,
                                     std::make_unique<UntilTheEnd>(std::move(requests), scenario_.duration), queue_,
                                     scenario_.where("/foresight/alike"));
  world_.foresight = oracle_.get();
}

void ControlLoop::add_controllers(const FleetPlan& plan) {
  for (const ControllerConfig* config : scenario_.controllers()) {
    const auto index = static_cast<std::uint32_t>(controllers_.size());
    Deciding& one = controllers_.emplace_back();
    one.policy = config->kind;
    one.controller = config->make();
    if (one.controller->follows_arrivals()) fleet_.view().follow_arrivals();
    one.reach = reach_of(config->scope, scenario_, plan);
    if (config->scope) one.seen.emplace(seen_by(*config->scope, one.reach, plan));
    if (const auto metered = one.controller->metered_node()) {
      for (const SiteNode& node : site_.nodes())
        if (site_.tree().path(node.id) == *metered) one.metered = node.id;
      nodes_.follow(*one.metered);
    }
    if (const auto delay = one.controller->own_delay()) add_line(index, *delay);
  }
}

void ControlLoop::add_line(std::uint32_t controller, Seconds delay) {
  if (of_line_.empty()) queue_.on<&ControlLoop::on_line>(EventKind::backstop, *this);
  controllers_[controller].line.emplace(of_line_.size(), delay);
  of_line_.push_back(controller);
  queue_.add_timers(EventKind::backstop, OwnLine::kTimers);
}

ScopedTelemetry ControlLoop::seen_by(const ControllerScope& scope, const Reach& reach, const FleetPlan& plan) const {
  SiteTelemetry seen = view_;
  seen.nodes.clear();
  std::vector<std::size_t> of_all;
  for (std::size_t i = 0; i < view_.nodes.size(); ++i) {
    const auto node = std::ranges::find(site_.nodes(), view_.nodes[i].id, &SiteNode::id);
    if (!scope.level.empty() && !is_at_level(*node, {scope.level})) continue;
    of_all.push_back(i);
    auto& servers = seen.nodes.emplace_back(view_.nodes[i]).servers;
    std::erase_if(servers, [&](const ServerInfo& server) { return !is_seen(server.id.index(), reach, plan); });
  }
  return {std::move(seen), std::move(of_all)};
}

void ControlLoop::start() {
  telemetry_.start(queue_);
  for (Deciding& by : controllers_) begin(by);
  for (std::size_t i = 0; i < controllers_.size(); ++i) decide_next(static_cast<std::uint32_t>(i));
}

void ControlLoop::decide_next(std::uint32_t index) {
  Deciding& by = controllers_[index];
  const Seconds date = on_grid(by.controller->period() * static_cast<double>(by.next++));
  if (by.line) by.line->decide_at(date, queue_);
  else queue_.push(date, EventKind::control, index);
}

void ControlLoop::open_window(const Event&) {
  telemetry_.open(now());
}

void ControlLoop::sample(const Event&) {
  const auto& samples = telemetry_.sample(queue_);
  renew_budgets();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const NodeTelemetry& node = view_.nodes[i];
    if (now() > scenario_.telemetry.warmup) nodes_.sampled(node.id, samples[i]);
    log_.sampled(i, node.name, samples[i], node.budget, now());
  }
}

void ControlLoop::deliver(const Event&) {
  telemetry_.deliver();
  if (!history_) return;
  history_->delivered(view_);
  (void)history_->at(now(), fleet_.demand());
}

void ControlLoop::control(const Event& event) {
  Deciding& by = controllers_[event.target];
  decide(by);
  if (!by.controller->is_done()) decide_next(event.target);
}

/// Has a controller answer a question on what it sees at this moment.
template <class Ask>
void ControlLoop::ask(Deciding& by, Ask question) {
  actions_.clear();
  view_.now = now();
  renew_budgets();
  for (NodeTelemetry& node : view_.nodes)
    for (ServerInfo& server : node.servers) server.priority = fleet_.view().server(server.id).priority;
  const SiteTelemetry& site = by.seen ? by.seen->of(view_, fleet_.view()) : view_;
  const auto metered = by.metered ? std::optional(site_.tree().power(*by.metered)) : std::nullopt;
  question(*by.controller, ControlView{now(), site, world_, fleet_.view(), fleet_.demand(), fleet_.pool_demand(),
                                       by.reach, metered, !jobs_ || jobs_->over(),
                                       history_ ? history_->at(now(), fleet_.demand()) : kNoHistory, heat_, vms_});
}

void ControlLoop::decide(Deciding& by) {
  ask(by, [&](Controller& controller, const ControlView& view) { controller.control(view, actions_); });
  for (const auto& decision : actions_.decisions()) issue(decision, by);
}

/// What it wants is done before anybody decides anew.
void ControlLoop::begin(Deciding& by) {
  ask(by, [&](Controller& controller, const ControlView& view) { controller.begin(view, actions_); });
  for (const auto& [action, cause] : actions_.decisions()) {
    check_action(action, {fleet_.view(), world_, by.reach, tdp_, jobs_ != nullptr}, by.policy, now());
    if (const auto* deploy = std::get_if<Deploy>(&action)) deployments_.set_up(*deploy);
    else (void)apply(action, log_.next(), {fleet_, deployments_, jobs_});
  }
}

void ControlLoop::issue(const Actions::Decision& decision, Deciding& by) {
  const Action& action = decision.action;
  check_action(action, {fleet_.view(), world_, by.reach, tdp_, jobs_ != nullptr}, by.policy, now());
  const Seconds delay = by.line ? by.line->delay() : actuation_.delay(action);
  const auto number =
      log_.decided(action, target_of(action, fleet_), actions_.cause(decision), now(), on_grid(now() + delay));
  if (by.line) by.line->issue({action, number}, queue_);
  else actuation_.issue({action, number}, queue_);
}

void ControlLoop::land(const Event& event) {
  execute(actuation_.land(event));
}

void ControlLoop::on_line(const Event& event) {
  const std::uint32_t index = of_line_[OwnLine::line_of(event)];
  Deciding& by = controllers_[index];
  if (!OwnLine::is_decision(event)) return execute(by.line->land(queue_));
  decide(by);
  if (by.controller->is_done()) by.line->decide_never(queue_);
  else decide_next(index);
}

void ControlLoop::execute(const ActuationChannels::Command& command) {
  const auto why_not = apply(command.action, command.decision, {fleet_, deployments_, jobs_});
  if (!why_not) return;
  log_.happened("not_applied", target_of(command.action, fleet_), *why_not, now());
  deployments_.note_not_applied();
}

}  // namespace headroom
