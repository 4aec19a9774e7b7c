#include "fleet/fleet.hpp"

#include <algorithm>

#include "base/interrupt.hpp"
#include "scenario/class_pools.hpp"
#include "scenario/slo.hpp"

namespace headroom {

Fleet::Fleet(const Scenario& scenario, const FleetPlan& plan, const ClassTable& classes,
             std::span<QuantileSketch> token_gaps, InstanceObserver& observer, const Surroundings& around)
    : site_(around.site),
      nodes_(around.nodes),
      log_(around.log),
      queue_(around.queue),
      clocks_(around.clocks),
      token_gaps_(token_gaps),
      observer_(observer),
      variants_(scenario, around.prompts),
      series_(scenario.output.power.bin) {
  if (around.prompts) view_.ask(*this);
  for (const HardwareConfig* type : scenario.types())
    types_.push_back({type, ServerPower(type->server, type->gpu.tdp)});
  std::vector<std::optional<Seconds>> ttft_targets;
  for (std::size_t i = 0; i < classes.size(); ++i)
    ttft_targets.push_back(targets_of(scenario, classes, ClassId(i)).value_or(SloTargets{}).ttft);
  for (const auto& pool : plan.pools) {
    view_.add_pool(pool.name);
    series_.add_pool();
    schedulers_.push_back(batching_of(scenario, pool.service).make());
    schedulers_.back()->begin(ttft_targets);
    service_of_pool_.push_back(pool.service);
    priority_of_pool_.push_back(pool.serves_high() ? Priority::high : Priority::low);
  }
  kv_capacity_.resize(plan.pools.size());
  const auto pools = pools_of_classes(plan, classes);
  for (std::size_t i = 0; i < pools.size(); ++i)
    if (pools[i] != FleetPlan::kNone) view_.serve(ClassId(i), PoolId(pools[i]));
  build_servers(plan);
  build_instances(plan);
  queue_.on<&Fleet::complete>(EventKind::completion, *this);
  queue_.on<&Fleet::trip>(EventKind::trip, *this);
}

void Fleet::build_servers(const FleetPlan& plan) {
  servers_.resize(site_.servers());
  const auto has_cores = [](const FleetPlan::Start& start) { return start.gpus == 0; };
  if (std::ranges::any_of(plan.starts, has_cores)) cores_.resize(servers_.size());
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    Server& server = servers_[i];
    server.node = site_.server(i);
    server.type = plan.type_of_server[i];
    server.gpus = server.free_gpus = static_cast<std::uint16_t>(types_[server.type.index()].hardware->server.gpus);
    if (!cores_.empty())
      cores_[i].free_cores = static_cast<std::uint16_t>(types_[server.type.index()].hardware->server.cpu_cores);
    view_.add_server(server.type, server.gpus);
    gpu_books_.add_idle(server.gpus);
    if (const std::size_t pool = plan.pool_of_server[i]; pool != FleetPlan::kNone) allot(ServerId(i), PoolId(pool));
  }
}

void Fleet::build_instances(const FleetPlan& plan) {
  std::size_t instances = 0;
  for (const auto& pool : plan.pools) instances += pool.instances;
  instances_.reserve(instances);
  for (std::size_t p = 0; p < plan.pools.size(); ++p)
    for (std::size_t s = 0; s < servers_.size(); ++s) {
      if (plan.pool_of_server[s] != p) continue;
      stop_if_interrupted();
      const VariantId id = variants_.named(plan.pools[p].service, servers_[s].type, plan.pools[p].variant);
      const std::uint32_t gpus = variants_[id].spec.gpus;
      const ServerId on(s);
      for (std::uint32_t first = 0; first + gpus <= servers_[s].gpus; first += gpus)
        add_instance(id, PoolId(p), {&on, 1}, static_cast<std::uint16_t>(first), Status::up);
    }
  for (const FleetPlan::Start& start : plan.starts) {
    const ServiceId service = plan.pools[start.pool].service;
    add_instance(variants_.named(service, servers_[start.servers.front().index()].type, start.variant),
                 PoolId(start.pool), start.servers, start.first_gpu, Status::up);
  }
}

void Fleet::start() {
  for (std::size_t i = 0; i < servers_.size(); ++i) refresh_power(ServerId(i));
}

InstanceId Fleet::add_instance(VariantId variant, PoolId pool, std::span<const ServerId> servers,
                               std::uint16_t first_gpu, Status status) {
  const ServerId server = servers.front();
  const RunningVariant& of = variants_[variant];
  const InstanceId id(instances_.size());
  instances_.emplace_back(id, of.instance, *schedulers_[pool.index()], token_gaps_, observer_, now());
  InstanceState state;
  state.pool = pool;
  state.server = server;
  state.variant = variant;
  state.status = status;
  state.clock = of.spec.hardware.gpu.max_clock;
  state.kv_capacity_tokens = of.model.kv_capacity_tokens;
  view_.add_instance(state);
  series_.add_instance(pool);
  observer_.added(id, variant);
  queue_.add_timers(EventKind::completion, 1);
  kv_capacity_[pool.index()] = std::max(kv_capacity_[pool.index()], of.model.kv_capacity_tokens);
  has_wide_ = has_wide_ || servers.size() > 1;
  slice_of_.emplace_back(slices_.size());
  for (const ServerId on : servers)
    occupy({.server = on,
            .first_gpu = first_gpu,
            .gpus = static_cast<std::uint16_t>(of.spec.gpus_on_each()),
            .cpu_cores = static_cast<std::uint16_t>(of.spec.cpu_cores),
            .number = static_cast<std::uint32_t>(id.index()),
            .per_gpu = instances_.back().power_of_one_gpu(),
            .use = status == Status::up ? GpuUse::up : GpuUse::starting});
  book_counted(id, pool);
  if (of.spec.on_cores()) return id;
  instances_.back().set_clock(servers_[server.index()].limits.clock(hardware_of(server).gpu), now());
  instances_.back().set_cap(servers_[server.index()].limits.cap(), now());
  return id;
}

void Fleet::set_use(SliceId id, GpuUse use) {
  Slice& slice = slices_[id.index()];
  gpu_books_.move(slice.gpus, slice.use, use, now());
  slice.use = use;
}

void Fleet::set_status(InstanceId id, Status status) {
  if (view_[id].status == Status::draining) --draining_;
  if (status == Status::draining) ++draining_;
  view_.set_status(id, status);
  if (status == Status::up)
    for (SliceWatch* watch : watches_) watch->opened(id);
  if (status != Status::gone) set_use(slice_of_[id.index()], status == Status::up ? GpuUse::up : GpuUse::draining);
}

void Fleet::assign(InstanceId id, PoolId pool) {
  const PoolId before = view_[id].pool;
  view_.assign(id, pool);
  book_counted(id, pool);
  series_.assigned(id, pool, now());
  show_priority(server_of(id));
  measure(before);
  measure(pool);
}

void Fleet::book_holder(ServerId id, std::optional<PoolId> pool) {
  const Server& server = servers_[id.index()];
  held_books_.hold(id.index(), pool, server.gpus, gpu_energy(server, now()), now());
}

void Fleet::book_counted(InstanceId id, std::optional<PoolId> pool) {
  const VariantSpec& variant = variants_[view_[id].variant].spec;
  if (variant.on_cores() || !variant.config.counts_instances()) return;
  counted_books_.hold(id.index(), pool, variant.gpus, instances_[id.index()].gpu_energy(now()), now());
}

void Fleet::allot(ServerId id, std::optional<PoolId> pool) {
  view_.server(id).pool = pool;
  if (pool || servers_[id.index()].slices.empty()) book_holder(id, pool);
}

/// Takes what has been held up to now into the books first.
HeldBooks::Held Fleet::held_by(PoolId pool) {
  for (std::size_t i = 0; i < servers_.size(); ++i)
    if (held_books_.holder(i) == pool) book_holder(ServerId(i), pool);
  for (std::size_t i = 0; i < counted_books_.size(); ++i)
    if (counted_books_.holder(i) == pool) book_counted(InstanceId(i), pool);
  const HeldBooks::Held servers = held_books_.of(pool), counted = counted_books_.of(pool);
  return {servers.gpu_seconds + counted.gpu_seconds, servers.energy + counted.energy};
}

void Fleet::measure(PoolId pool) {
  std::uint64_t most = 0;
  for (const InstanceId id : view_.members(pool)) most = std::max(most, view_[id].kv_capacity_tokens);
  kv_capacity_[pool.index()] = most;
}

/// Its GPUs go from what they draw with it to what they draw without: that it draws nothing itself is not booked
/// between.
void Fleet::remove_instance(InstanceId id) {
  Instance& instance = instances_[id.index()];
  instance.close(now());
  view_.update(id, instance.load());
  queue_.set_timer(EventKind::completion, id.index(), instance.next_event());
  set_status(id, Status::gone);
  book_counted(id, std::nullopt);
  measure(view_[id].pool);
  vacate(slice_of_[id.index()]);
}

void Fleet::prefetch_instance(InstanceId id) const {
  prefetch(&instances_[id.index()]);
  prefetch(&slices_[slice_of_[id.index()].index()]);
  prefetch(&view_[id]);
  series_.prefetch(id);
}

void Fleet::prefetch_power(ServerId id) const {
  const Server& server = servers_[id.index()];
  prefetch(server.slices.data());
  site_.tree().prefetch(server.node);
}

/// On thousands of servers most of an event's time would be waiting for memory: what the next one touches is fetched
/// meanwhile, first what stands by number, then what that points at.
void Fleet::run_fetching_ahead(InstanceId id) {
  const InstanceId next(queue_.following(EventKind::completion));
  prefetch_power(server_of(id));
  prefetch_instance(next);
  instances_[id.index()].on_event(now());
  instances_[next.index()].prefetch_batch();
  prefetch(&servers_[server_of(next).index()]);
}

void Fleet::complete(const Event& event) {
  const InstanceId id(event.target);
  if (is_large()) run_fetching_ahead(id);
  else instances_[id.index()].on_event(now());
  touched(id);
  if (instances_[id.index()].has_prefilled())
    for (SliceWatch* watch : watches_) watch->prefilled(id);
  if (hears_of_idle_ && view_[id].load.outstanding == 0)
    for (SliceWatch* watch : watches_) watch->ran_dry(id);
  look_whether_drained(id);
}

void Fleet::look_whether_drained(InstanceId id) {
  if (draining_ == 0 || view_[id].status != Status::draining || !instances_[id.index()].is_empty()) return;
  for (SliceWatch* watch : watches_) watch->drained(id);
}

void Fleet::expect(InstanceId id, const Request& request) {
  instances_[id.index()].expect(request);
  touched(id);
}

void Fleet::forget_expected(InstanceId id, const Request& request) {
  instances_[id.index()].forget(request);
  touched(id);
  look_whether_drained(id);
}

void Fleet::touched(InstanceId id) {
  const Instance& instance = instances_[id.index()];
  view_.update(id, instance.load());
  series_.touched(id, instance, now());
  set_draw(slice_of_[id.index()], instance.power_of_one_gpu());
  if (has_wide_) draw_on_other_servers(id);
  queue_.set_timer(EventKind::completion, id.index(), instance.next_event());
}

std::span<const Slice> Fleet::slices_of(InstanceId id) const {
  return std::span(slices_).subspan(slice_of_[id.index()].index(), variants_[view_[id].variant].spec.servers());
}

/// Its work is spread evenly over all its GPUs.
void Fleet::draw_on_other_servers(InstanceId id) {
  const std::size_t first = slice_of_[id.index()].index(), slices = slices_of(id).size();
  for (std::size_t i = 1; i < slices; ++i) set_draw(SliceId(first + i), instances_[id.index()].power_of_one_gpu());
}

/// Of an instance that is lost with one of its servers, the GPUs of the others, where nobody sits from now on.
void Fleet::leave_other_servers(InstanceId id, ServerId lost) {
  const std::size_t first = slice_of_[id.index()].index(), slices = slices_of(id).size();
  for (std::size_t i = first; i < first + slices; ++i) {
    const ServerId on = slices_[i].server;
    if (on != lost && std::ranges::count(servers_[on.index()].slices, SliceId(i)) > 0) vacate(SliceId(i));
  }
}

void Fleet::draws(SliceId id, Power per_gpu, Power inlet_beyond_idle) {
  const Slice& slice = slices_[id.index()];
  servers_[slice.server.index()].jobs_add = slice.occupant == Occupant::cohort ? inlet_beyond_idle : Power();
  set_draw(id, per_gpu);
}

/// Of all GPUs of the instance.
Power Fleet::lowest_heat_limit(SliceId changed, Power limit) {
  heat_limits_.resize(slices_.size(), PowerLimiter::kUnlimited);
  heat_limits_[changed.index()] = limit;
  const InstanceId id(slices_[changed.index()].number);
  const auto limits = std::span(heat_limits_).subspan(slice_of_[id.index()].index(), slices_of(id).size());
  return *std::ranges::min_element(limits);
}

void Fleet::limit_heat(SliceId id, Power per_gpu) {
  const Slice slice = slices_[id.index()];
  if (slice.occupant == Occupant::instance) {
    instances_[slice.number].set_thermal_limit(has_wide_ ? lowest_heat_limit(id, per_gpu) : per_gpu, now());
    touched(InstanceId(slice.number));
  } else {
    for (SliceWatch* watch : watches_) watch->heat_limited(id, per_gpu);
  }
}

}  // namespace headroom
