#include "jobs/vms.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/interrupt.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

/// Idle power over TDP of the server type where that is most.
double most_idle_fraction(const Scenario& scenario) {
  double most = 0;
  for (const HardwareConfig* type : scenario.types()) most = std::max(most, type->gpu_power.idle / type->gpu.tdp);
  return most;
}

/// Machines of the configured size that all servers hold together.
std::size_t places_of(const Scenario& scenario, const FleetPlan& plan) {
  const auto types = scenario.types();
  std::size_t places = 0;
  for (const ServerId server : plan.vm_servers)
    places += types[plan.type_of_server[server.index()].index()]->server.gpus / scenario.workload.vms->gpus;
  return places;
}

}  // namespace

Vms::Vms(const Scenario& scenario, const Surroundings& around)
    : scenario_(scenario),
      fleet_(around.fleet),
      deployments_(around.deployments),
      log_(around.log),
      queue_(around.queue),
      placement_(scenario.policy.vm_placement.make()),
      load_(*scenario.workload.vms, scenario.workload.vms->seed_or(scenario.seed), warnings_),
      list_(list_vms(scenario, places_of(scenario, around.plan), most_idle_fraction(scenario))),
      site_({scenario, around.plan, around.site, around.fleet, around.budgets, load_, around.heat}),
      services_(scenario, around.plan, around.fleet, load_),
      states_(list_.machines.size()),
      step_(load_.number_at(Seconds())) {
  for (const HardwareConfig* type : scenario.types())
    clocks_.emplace_back(type->gpu_power, type->gpu_power.idle, type->gpu.min_clock / type->gpu.max_clock);
  build_templates(around.plan);
  check_sizes(around.plan);
  queue_.add_timers(EventKind::vm, list_.machines.size() + 2);
  queue_.on<&Vms::next>(EventKind::vm, *this);
}

void Vms::build_templates(const FleetPlan& plan) {
  const GpuRange gpu = range_of(plan.vm_servers.front());
  for (std::size_t i = 0; i < list_.groups.size(); ++i)
    expected_w_.push_back(load_.expected(list_.groups[i], static_cast<std::uint32_t>(i), gpu));
  peak_w_.assign(load_.steps(), gpu.tdp.value());
  for (std::size_t i = 0; i < list_.machines.size(); ++i)
    if (const auto& record = list_.machines[i].record)
      record_w_[static_cast<std::uint32_t>(i)] = LoadSeries(load_.steps(), record->peak() * gpu.tdp.value());
}

/// Of machines from a file: they must fit on a server, and their instances on them.
void Vms::check_sizes(const FleetPlan& plan) const {
  std::uint32_t most = 0;
  for (const ServerId server : plan.vm_servers)
    most = std::max<std::uint32_t>(most, fleet_.servers()[server.index()].gpus);
  const std::string& file = scenario_.workload.vms->path;
  for (const VmSpec& machine : list_.machines) {
    const std::string what = "machine " + machine.name + " has " + std::to_string(machine.gpus) + " GPUs, ";
    if (machine.gpus > most) throw InputError(file, what + "but the largest server has " + std::to_string(most));
    if (!machine.service) continue;
    if (const std::uint32_t needs = services_.gpus_of_instance(*machine.service); needs > machine.gpus)
      throw InputError(file, what + "but an instance of its service has " + std::to_string(needs));
  }
}

Vm Vms::vm_of(std::uint32_t number) const {
  const VmSpec& machine = list_.machines[number];
  Vm vm{.number = number,
        .group = machine.group,
        .service = machine.service,
        .gpus = machine.gpus,
        .gpu_w = {},
        .draw = machine.draw};
  const auto record = record_w_.find(number);
  if (!machine.has_history) vm.gpu_w = peak_w_;
  else if (machine.service) vm.gpu_w = services_.gpu_w(*machine.service);
  else if (record != record_w_.end()) vm.gpu_w = record->second;
  else vm.gpu_w = expected_w_[machine.group];
  return vm;
}

GpuRange Vms::range_of(ServerId server) const {
  const HardwareConfig& hardware = fleet_.hardware_of(server);
  return {hardware.gpu_power.idle, hardware.gpu.tdp};
}

void Vms::start() {
  look(true);
  queue_.set_timer(EventKind::vm, list_.machines.size(), on_grid(load_.begin_of(step_ + 1)));
}

/// A machine leaves, a step begins, or machines come or are tried again: in this order at one date.
void Vms::next(const Event& event) {
  const std::size_t machines = list_.machines.size();
  queue_.set_timer(EventKind::vm, event.target, PowerLimiter::kNever);
  if (event.target < machines) return leave(event.target, "its time is over", true);
  if (event.target == machines) return step();
  look(false);
}

void Vms::look(bool is_start) {
  for (; coming_ < list_.machines.size() && list_.machines[coming_].arrival <= queue_.now(); ++coming_) {
    ++result_.arrived;
    ++(list_.machines[coming_].service ? result_.serving : result_.opaque);
    waiting_.push_back(coming_);
  }
  std::vector<std::uint32_t> left;
  for (const std::uint32_t machine : std::exchange(waiting_, {})) {
    stop_if_interrupted();
    const bool is_hopeless = std::ranges::any_of(left, [&](std::uint32_t one) { return are_alike(one, machine); });
    if (is_hopeless) wait(machine);
    if (is_hopeless || !place(machine, is_start)) left.push_back(machine);
  }
  waiting_ = std::move(left);
  const Seconds next = coming_ < list_.machines.size() ? list_.machines[coming_].arrival : PowerLimiter::kNever;
  queue_.set_timer(EventKind::vm, look_timer(), next);
}

/// Where one finds no place now, no other does.
bool Vms::are_alike(std::uint32_t one, std::uint32_t other) const {
  const Vm a = vm_of(one), b = vm_of(other);
  return a.gpu_w.data() == b.gpu_w.data() && a.gpus == b.gpus && a.service == b.service;
}

void Vms::wait(std::uint32_t number) {
  if (std::exchange(states_[number].has_waited, true)) return;
  log_.happened("vm_wait", "site", list_.machines[number].name, queue_.now());
}

/// Where the policy wants it; false where it waits.
bool Vms::place(std::uint32_t number, bool is_start) {
  const VmSpec& machine = list_.machines[number];
  State& state = states_[number];
  const Vm vm = vm_of(number);
  const auto server = placement_->place(vm, site_);
  if (!server) {
    wait(number);
    return false;
  }
  const auto first = server->index() < site_.servers() ? site_.first_gpu(vm, *server) : std::nullopt;
  if (!first)
    throw PolicyError("vm_placement " + scenario_.policy.vm_placement.kind + " broke its contract at " +
                      shortest(queue_.now().value()) + " s: machine " + machine.name + " goes to server " +
                      std::to_string(server->index()) + ", where it does not fit");
  state.place = VmPlace{*server, *first, machine.gpus};
  ++result_.placed;
  if (state.has_waited) waited_ += queue_.now() - machine.arrival;
  result_.waited += state.has_waited;
  const std::uint32_t event = log_.happened("vm_start", fleet_.path(*server), machine.name, queue_.now());
  if (machine.service) settle_instance(number, event, is_start);
  else settle_opaque(number);
  site_.settle(number, vm, *state.place);
  if (machine.lifetime) queue_.set_timer(EventKind::vm, number, on_grid(queue_.now() + *machine.lifetime));
  return true;
}

void Vms::settle_opaque(std::uint32_t number) {
  State& state = states_[number];
  const VmPlace& place = *state.place;
  const Power idle = range_of(place.server).idle;
  state.heat_limit = PowerLimiter::kUnlimited;
  state.slice = fleet_.occupy({.server = place.server,
                               .first_gpu = place.first_gpu,
                               .gpus = place.gpus,
                               .occupant = Occupant::tenant,
                               .number = number,
                               .per_gpu = idle});
  state.drawn = idle;
  state.since = state.placed_at = queue_.now();
  work(number);
}

/// Beside what stands on the server already.
void Vms::settle_instance(std::uint32_t number, std::uint32_t event, bool is_start) {
  const VmPlace& place = *states_[number].place;
  const ServiceId service = *list_.machines[number].service;
  const PoolId pool = services_.pool(service);
  const Server& server = fleet_.servers()[place.server.index()];
  Deploy wanted{{place.server}, {{services_.variant(service, server.type), pool, place.server, place.first_gpu}}};
  for (const SliceState& slice : fleet_.view().server(place.server).slices)
    if (slice.instance) {
      const InstanceState& other = fleet_.view()[*slice.instance];
      wanted.members.push_back({other.variant, other.pool, place.server, slice.first_gpu});
    }
  if (is_start) deployments_.set_up(wanted);
  else check_that(!deployments_.deploy(wanted, event), "an instance can start where its machine fits");
  if (place.gpus == server.gpus) fleet_.allot(place.server, pool);
  services_.settled(service, place);
}

/// What a machine wants to draw from now on.
void Vms::work(std::uint32_t number) {
  State& state = states_[number];
  const VmSpec& machine = list_.machines[number];
  state.wanted =
      load_.drawn(machine, list_.groups[machine.group], number, step_, state.placed_at, range_of(state.place->server));
  draw(number);
}

/// What limits leave of it.
void Vms::draw(std::uint32_t number) {
  State& state = states_[number];
  const Server& server = fleet_.servers()[state.place->server.index()];
  const GpuSpec& gpu = fleet_.hardware_of(state.place->server).gpu;
  const JobLimit limit{server.limits.clock(gpu) / gpu.max_clock,
                       std::min({state.heat_limit, server.limits.cap().value_or(gpu.tdp), gpu.tdp})};
  const JobClock& clock = clocks_[server.type.index()];
  book(number);
  state.clock_ratio = clock.clock_ratio(state.wanted, limit);
  state.drawn = clock.run({load_.step(), state.wanted, PhaseKind::compute}, limit).power;
  fleet_.draws(*state.slice, state.drawn);
}

void Vms::book(std::uint32_t number) {
  State& state = states_[number];
  const Seconds held = queue_.now() - state.since;
  result_.opaque_energy += state.drawn * static_cast<double>(list_.machines[number].gpus) * held;
  stood_ += held;
  deficit_ += held * (1 - state.clock_ratio);
  state.since = queue_.now();
}

void Vms::leave(std::uint32_t number, const std::string& why, bool has_power) {
  State& state = states_[number];
  const VmPlace place = *std::exchange(state.place, std::nullopt);
  ++result_.left;
  queue_.set_timer(EventKind::vm, number, PowerLimiter::kNever);
  site_.leave(number);
  log_.happened("vm_end", fleet_.path(place.server), list_.machines[number].name + ": " + why, queue_.now());
  const auto service = list_.machines[number].service;
  if (!service) {
    book(number);
    return fleet_.vacate(*std::exchange(state.slice, std::nullopt));
  }
  services_.left(*service, place);
  if (place.gpus == fleet_.servers()[place.server.index()].gpus) fleet_.allot(place.server, std::nullopt);
  if (has_power) deployments_.clear(place.server, place.first_gpu, place.gpus, list_.machines[number].name + " left");
}

/// Limits may have ended meanwhile, and templates changed, so that those who wait are tried again.
void Vms::step() {
  const std::uint64_t over = step_++;
  for (std::uint32_t i = 0; i < coming_; ++i)
    if (states_[i].slice) work(i);
  services_.measure(over, site_);
  queue_.set_timer(EventKind::vm, list_.machines.size(), on_grid(load_.begin_of(step_ + 1)));
  look(false);
}

void Vms::vacated(SliceId) {
  if (!waiting_.empty()) queue_.set_timer(EventKind::vm, look_timer(), queue_.now());
}

void Vms::limits_changed(ServerId server) {
  for (const std::uint32_t machine : site_.on(server))
    if (states_[machine].slice) draw(machine);
}

void Vms::heat_limited(SliceId slice, Power per_gpu) {
  const Slice& limited = fleet_.slices()[slice.index()];
  if (limited.occupant != Occupant::tenant) return;
  states_[limited.number].heat_limit = per_gpu;
  if (states_[limited.number].slice) draw(limited.number);
}

void Vms::power_cut(std::span<const ServerId> servers) {
  for (const ServerId server : servers)
    for (const std::uint32_t machine : site_.on(server)) leave(machine, "power cut", false);
}

VmsResult Vms::finish() {
  for (std::uint32_t i = 0; i < coming_; ++i)
    if (states_[i].slice) book(i);
  for (const std::uint32_t machine : waiting_) waited_ += queue_.now() - list_.machines[machine].arrival;
  result_.without_place = waiting_.size();
  result_.waited += waiting_.size();
  if (result_.waited > 0) result_.mean_wait = waited_ / static_cast<double>(result_.waited);
  if (stood_ > Seconds()) result_.opaque_clock_deficit = deficit_ / stood_;
  return result_;
}

}  // namespace headroom
