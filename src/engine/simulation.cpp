#include "engine/simulation.hpp"

#include <bit>

#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "engine/decision_check.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kHeartbeat = 1 << 13;  // events

}  // namespace

Simulation::Simulation(Scenario& scenario, const ClassTable& classes, RequestSource& source, RunOptions options)
    : scenario_(scenario),
      source_(source),
      options_(std::move(options)),
      platform_(scenario.hardware.gpu, scenario.site.servers, *this),
      site_(scenario.site),
      ledger_(classes, scenario),
      cluster_(scenario, site_, *scenario.policy.batching.value, ledger_.token_gaps(), *this),
      log_(cluster_.servers().size()),
      protection_(site_, platform_.queue()),
      telemetry_(scenario.telemetry, site_.tree(), view_),
      actuation_(scenario.actuation) {
  build_meters();
  build_telemetry();
  build_recorders();
  if (scenario.workload.has_jobs())
    training_.emplace(scenario, site_, cluster_, platform_.queue(), log_,
                      NodeFollower{[this](NodeId node) { return is_followed(node); },
                                   [this](NodeId node, Power drawn) { note_power(node, drawn); }});
  if (training_) warnings_ = training_->warnings();
  if (scenario.prices)
    bill_.emplace(*scenario.prices, scenario.where("/prices"), scenario.duration, scenario.workload.trace.has_value(),
                  warnings_);
  const std::size_t instances = cluster_.instances().size();
  platform_.queue().make_timers({.completions = instances,
                                 .die_limits = scenario.cooling ? instances : 0,
                                 .job_steps = training_ ? training_->timers() : 0});
  if (scenario.cooling)
    thermal_.emplace(scenario, site_, cluster_, platform_.queue(), log_, [this](InstanceId id) { refresh(id); });
  platform_.on_clock_change([this](ServerId id, Hertz clock) { change_clock(id, clock); });
}

Report Simulation::run() {
  start();
  platform_.run();
  for (std::size_t i = 0; i < cluster_.instances().size(); ++i)
    cluster_.instances()[i].each_sequence([&](const Sequence& sequence, bool has_first_token) {
      ledger_.left(sequence, has_first_token, ended_);
      for (auto* listener : options_.listeners) listener->left(sequence.request, InstanceId(i));
    });
  return report();
}

void Simulation::start() {
  for (std::size_t i = 0; i < cluster_.servers().size(); ++i) refresh_power(ServerId(i));
  if (thermal_) thermal_->start();
  if (training_) training_->start();
  telemetry_.start(platform_.queue());
  decisions_.assign(scenario_.policy.controllers.size(), 1);
  for (std::size_t i = 0; i < decisions_.size(); ++i)
    platform_.queue().push(on_grid(scenario_.policy.controllers[i].value->period()), EventKind::control,
                           static_cast<std::uint32_t>(i));
  if (scenario_.duration) platform_.queue().push(*scenario_.duration, EventKind::end);
  fetch_next_arrival();
}

void Simulation::handle(const Event& event) {
  stop_if_interrupted();
  fingerprint(event);
  if (bill_ && bill_->next_change() < now()) book_price_changes();
  if (options_.heartbeat && platform_.queue().handled() % kHeartbeat == 0)
    options_.heartbeat(now(), ledger_.arrivals());
  switch (event.kind()) {
    case EventKind::completion:
      cluster_.instances()[event.target].on_event(now());
      refresh(InstanceId(event.target));
      finish_if_drained();
      break;
    case EventKind::trip:
      if (const auto action = protection_.trip(event)) trip(NodeId(event.target), *action);
      break;
    case EventKind::arrival:
      arrive();
      break;
    case EventKind::sample:
      sample(event);
      break;
    case EventKind::delivery:
      telemetry_.deliver();
      break;
    case EventKind::control:
      control(event.target);
      break;
    case EventKind::actuation:
      act(actuation_.land(event));
      break;
    case EventKind::end:
      ended_ = now();
      platform_.queue().clear();
      break;
    case EventKind::die_limit:
      thermal_->look(InstanceId(event.target));
      break;
    case EventKind::inlet:
      thermal_->update_inlets();
      break;
    case EventKind::job_step:
      training_->step(event.target);
      finish_if_drained();
      break;
  }
}

/// Nothing has drawn otherwise since the event before, so that the energy at the dates between is known.
void Simulation::book_price_changes() {
  const NodeId root = site_.nodes().front().id;
  while (bill_->next_change() < now()) bill_->change(site_.tree().energy(root, bill_->next_change()));
}

void Simulation::fingerprint(const Event& event) {
  fingerprint_ = mix(fingerprint_ ^ std::bit_cast<std::uint64_t>(event.time) ^
                     (static_cast<std::uint64_t>(event.kind()) << 32 | event.target));
}

void Simulation::fetch_next_arrival() {
  if (source_.next(next_)) platform_.queue().push(next_.arrival, EventKind::arrival);
  else source_dry_ = true;
}

Rejection Simulation::why_rejected(const Request& request, bool can_fit, std::optional<InstanceId> chosen) const {
  if (!can_fit) return Rejection::too_long;
  const auto is_up = [](const Instance& instance) { return instance.load().up; };
  if (chosen) return is_up(cluster_.instances()[chosen->index()]) ? Rejection::queue_full : Rejection::no_instance;
  const FleetView& fleet = cluster_.fleet();
  const PoolId pool = fleet.pool_for(request.priority);
  for (std::size_t i = 0; i < fleet.instances(pool); ++i)
    if (fleet.load(fleet.instance(pool, i)).up) return Rejection::router;
  return Rejection::no_instance;
}

void Simulation::arrive() {
  const Request request = next_;
  ledger_.arrived(request);
  const std::uint64_t tokens = std::uint64_t{request.input_tokens} + request.output_tokens;
  const bool can_fit = tokens <= cluster_.kv_capacity_tokens();
  const auto chosen = can_fit ? scenario_.policy.router.value->route(request, cluster_.fleet()) : std::nullopt;
  if (chosen) check_route(*chosen, cluster_.fleet(), scenario_.policy.router.kind, request);
  if (chosen && cluster_.instances()[chosen->index()].offer(request, now())) {
    refresh(*chosen);
  } else {
    if (!can_fit) longest_unfit_ = std::max(longest_unfit_, tokens);
    ledger_.rejected(request, why_rejected(request, can_fit, chosen));
    for (auto* listener : options_.listeners) listener->rejected(request);
  }
  fetch_next_arrival();
  finish_if_drained();
}

/// Brings loads, power and the next event of an instance up to date after it was called.
void Simulation::refresh(InstanceId id) {
  cluster_.update_load(id);
  refresh_power(cluster_.server_of(id));
  if (thermal_) thermal_->follow(id);
  platform_.queue().set_timer(EventKind::completion, id.index(), cluster_.instances()[id.index()].next_event());
}

void Simulation::refresh_power(ServerId id) {
  const auto power = cluster_.update_power(id, now());
  if (!power) return;
  site_.tree().set_power(cluster_.servers()[id.index()].node, *power, now(),
                         [this](NodeId node, Power drawn) { note_power(node, drawn); });
}

/// A node draws this from now on.
void Simulation::note_power(NodeId node, Power drawn) {
  if (const std::uint32_t result = result_of_[node.index()]; result != kNone)
    results_[result].meter.change(drawn, now());
  if (const std::uint32_t recorder = recorder_of_[node.index()]; recorder != kNone)
    recorders_[recorder].change(drawn, now());
  protection_.change(node, drawn);
}

void Simulation::sample(const Event& event) {
  telemetry_.handle_sample(event, platform_.queue(), [&](std::size_t i, Power sample) {
    const NodeTelemetry& node = view_.nodes[i];
    if (telemetry_result_[i] != kNone && now() > scenario_.telemetry.warmup)
      results_[telemetry_result_[i]].telemetry.add(sample, now());
    log_.sampled(i, node.name, sample, node.budget, now());
  });
}

void Simulation::control(std::uint32_t index) {
  ControllerConfig& controller = scenario_.policy.controllers[index];
  actions_.clear();
  view_.now = now();
  controller.value->control(view_, actions_);
  for (const auto& decision : actions_.decisions()) {
    check_action(decision.action, platform_, cluster_.servers().size(), scenario_.hardware.gpu.tdp, controller.kind,
                 now());
    const ServerId server = server_of(decision.action);
    const auto number = log_.decided(decision.action, cluster_.path(server), actions_.cause(decision), now(),
                                     on_grid(now() + actuation_.delay(decision.action)));
    actuation_.issue({decision.action, number}, platform_.queue());
  }
  if (controller.value->is_done()) return;
  const auto next = static_cast<double>(++decisions_[index]);
  platform_.queue().push(on_grid(controller.value->period() * next), EventKind::control, index);
}

void Simulation::act(const ActuationChannels::Command& command) {
  log_.landed(command.decision, command.action, now());
  const ServerId id = server_of(command.action);
  Server& server = cluster_.servers()[id.index()];
  if (const auto* lock = std::get_if<LockClock>(&command.action)) server.lock = lock->clock;
  if (std::holds_alternative<PowerBrake>(command.action)) server.braked = true;
  if (const auto* cap = std::get_if<CapPower>(&command.action)) server.cap = cap->per_gpu;
  if (const auto* release = std::get_if<Release>(&command.action)) {
    if (release->what == Release::What::clock) server.lock.reset();
    if (release->what == Release::What::cap) server.cap.reset();
    if (release->what == Release::What::brake) server.braked = false;
  }
  apply(id);
}

/// Brings a server's GPUs to the clock and cap that hold now.
void Simulation::apply(ServerId id) {
  const Server& server = cluster_.servers()[id.index()];
  platform_.set_clock(id, server.clock(scenario_.hardware.gpu));
  if (training_) training_->server_changed(id);
  for (std::uint32_t i = 0; i < server.instances; ++i) {
    const InstanceId instance(server.first_instance + i);
    cluster_.instances()[instance.index()].set_cap(server.cap, now());
    refresh(instance);
  }
}

/// SimGrid says that a server's pstate changed.
void Simulation::change_clock(ServerId id, Hertz clock) {
  const Server& server = cluster_.servers()[id.index()];
  for (std::uint32_t i = 0; i < server.instances; ++i) {
    const InstanceId instance(server.first_instance + i);
    cluster_.instances()[instance.index()].set_clock(clock, now());
    refresh(instance);
  }
}

void Simulation::trip(NodeId node, TripAction action) {
  log_.tripped(now(), site_.tree().path(node), "overload carried too long: " + word_of(action));
  const auto is_cut = [&](const Server& server) {
    return site_.tree().is_under(server.node, node) &&
           (action == TripAction::outage || (action == TripAction::shed && server.priority == Priority::low));
  };
  if (training_) {
    std::vector<ServerId> cut;
    for (std::size_t i = 0; i < cluster_.servers().size(); ++i)
      if (is_cut(cluster_.servers()[i])) cut.emplace_back(i);
    training_->cut_power(cut);
  }
  for (std::size_t i = 0; i < cluster_.servers().size(); ++i) {
    const ServerId id(i);
    const Server& server = cluster_.servers()[i];
    if (is_cut(server)) cut_power(id);
    if (action == TripAction::brake && site_.tree().is_under(server.node, node))
      brake_for_good(id, site_.tree().path(node));
  }
  finish_if_drained();
}

void Simulation::brake_for_good(ServerId id, const std::string& tripped) {
  log_.held(id, cluster_.path(id), tripped + " tripped", now());
  cluster_.servers()[id.index()].held_braked = true;
  apply(id);
}

void Simulation::cut_power(ServerId id) {
  Server& server = cluster_.servers()[id.index()];
  server.down = true;
  if (server.instances == 0) refresh_power(id);
  for (std::uint32_t i = 0; i < server.instances; ++i) {
    Instance& instance = cluster_.instances()[server.first_instance + i];
    instance.shut_down(now());
    refresh(InstanceId(server.first_instance + i));
  }
}

void Simulation::finish_if_drained() {
  if (scenario_.duration || !source_dry_ || ledger_.outstanding() > 0 || (training_ && !training_->over())) return;
  ended_ = now();
  platform_.queue().clear();
}

void Simulation::completed(InstanceId instance, const Sequence& sequence, Seconds when) {
  ledger_.completed(sequence, when);
  for (auto* listener : options_.listeners) listener->completed(sequence, instance, when);
}

void Simulation::lost(InstanceId instance, const Sequence& sequence, Seconds) {
  ledger_.lost(sequence);
  for (auto* listener : options_.listeners) listener->lost(sequence, instance);
}

void Simulation::ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps,
                     Hertz clock, Power gpu_power) {
  for (auto* listener : options_.listeners) listener->ran(instance, step, from, to, steps, clock, gpu_power);
}

}  // namespace headroom
