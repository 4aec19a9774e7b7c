#include "jobs/tenants.hpp"

#include <algorithm>

#include "headroom/placement.hpp"

namespace headroom {

Tenants::Tenants(const Scenario& scenario, Fleet& fleet, EventLog& log, EventQueue& queue)
    : scenario_(scenario), fleet_(fleet), log_(log), queue_(queue) {
  for (const TenantConfig& config : scenario.workload.tenants)
    tenants_.push_back({.config = &config, .plan = nullptr, .clock = nullptr, .waveform = nullptr, .slice = {}});
  queue_.add_timers(EventKind::tenant, tenants_.size());
  queue_.on<&Tenants::next>(EventKind::tenant, *this);
}

void Tenants::start() {
  for (std::size_t i = 0; i < tenants_.size(); ++i) queue_.set_timer(EventKind::tenant, i, tenants_[i].config->start);
}

/// It comes, goes, or draws another power.
void Tenants::next(const Event& event) {
  Tenant& tenant = tenants_[event.target];
  queue_.set_timer(EventKind::tenant, event.target, PowerLimiter::kNever);
  if (!tenant.came) {
    tenant.came = true;
    return seat_those_that_wait();
  }
  if (queue_.now() >= tenant.leaves) return leave(event.target, "its time is over");
  if (!tenant.waveform->next(tenant.step)) return leave(event.target, "its waveform is over");
  tenant.step_end = queue_.now() + tenant.step.duration;
  queue_.set_timer(EventKind::tenant, event.target, std::min(tenant.step_end, tenant.leaves));
  draw(tenant);
}

void Tenants::seat_those_that_wait() {
  if (is_seating_) return;
  is_seating_ = true;
  for (std::size_t i = 0; i < tenants_.size(); ++i)
    if (tenants_[i].came && !tenants_[i].slice && !tenants_[i].result.started)
      if (const auto place = find_place(i)) begin(i, *place);
  is_seating_ = false;
}

/// Then a deployment may wait for its GPUs.
bool Tenants::is_draining(ServerId id) const {
  const FleetView& view = fleet_.view();
  return std::ranges::any_of(view.server(id).slices, [&](const SliceState& slice) {
    return slice.instance && view[*slice.instance].status == Status::draining;
  });
}

std::optional<Slice> Tenants::find_place(std::size_t index) const {
  const TenantConfig& config = *tenants_[index].config;
  const auto gpus = static_cast<std::uint16_t>(config.gpus);
  for (std::size_t s = 0; s < fleet_.servers().size(); ++s) {
    const ServerId id(s);
    const Server& server = fleet_.servers()[s];
    const auto holds = [&](const std::string& node) { return is_at_or_under(fleet_.path(id), node); };
    const ServerState& seen = fleet_.view().server(id);
    if (!seen.up || seen.leaving || server.free_gpus < gpus || is_draining(id)) continue;
    if (std::ranges::none_of(config.nodes, holds)) continue;
    for (std::uint16_t first = 0; first + gpus <= server.gpus; ++first)
      if (fleet_.are_free(id, first, gpus))
        return Slice{.server = id,
                     .first_gpu = first,
                     .gpus = gpus,
                     .occupant = Occupant::tenant,
                     .number = static_cast<std::uint32_t>(index),
                     .per_gpu = fleet_.hardware_of(id).gpu_power.idle};
  }
  return std::nullopt;
}

void Tenants::begin(std::size_t index, const Slice& slice) {
  Tenant& tenant = tenants_[index];
  const HardwareConfig& hardware = fleet_.hardware_of(slice.server);
  const std::string where = scenario_.where("/workload/tenants/" + std::to_string(index));
  const Power idle = hardware.gpu_power.idle;
  JobShape shape;
  shape.waveform = tenant.config->waveform;
  tenant.plan = std::make_unique<WaveformPlan>(shape, tenant.config->gpus, hardware.gpu, idle, where, warnings_);
  tenant.clock = std::make_unique<JobClock>(hardware.gpu_power, idle, hardware.gpu.min_clock / hardware.gpu.max_clock);
  tenant.waveform = tenant.plan->play(scenario_.seed, tenant.config->name);
  tenant.slice = fleet_.occupy(slice);
  tenant.result.server = fleet_.path(slice.server);
  tenant.result.started = tenant.since = queue_.now();
  tenant.result.waited = queue_.now() - tenant.config->start;
  tenant.drawn = slice.per_gpu;
  tenant.leaves = tenant.config->duration ? queue_.now() + *tenant.config->duration : PowerLimiter::kNever;
  log_.happened("tenant_start", tenant.result.server, tenant.config->name, queue_.now());
  queue_.set_timer(EventKind::tenant, index, queue_.now());
}

void Tenants::draw(Tenant& tenant) {
  const ServerId id = fleet_.slices()[tenant.slice->index()].server;
  const Limits& limits = fleet_.servers()[id.index()].limits;
  const GpuSpec& gpu = fleet_.hardware_of(id).gpu;
  const JobLimit limit{limits.clock(gpu) / gpu.max_clock,
                       std::min({tenant.heat_limit, limits.cap().value_or(gpu.tdp), gpu.tdp})};
  book(tenant);
  tenant.drawn = tenant.clock->run(tenant.step, limit).power;
  fleet_.draws(*tenant.slice, tenant.drawn);
}

void Tenants::book(Tenant& tenant) {
  tenant.result.gpu_energy += tenant.drawn * static_cast<double>(tenant.config->gpus) * (queue_.now() - tenant.since);
  tenant.since = queue_.now();
}

void Tenants::leave(std::size_t index, const std::string& why) {
  Tenant& tenant = tenants_[index];
  book(tenant);
  queue_.set_timer(EventKind::tenant, index, PowerLimiter::kNever);
  tenant.result.ended = queue_.now();
  log_.happened("tenant_end", tenant.result.server, tenant.config->name + ": " + why, queue_.now());
  const SliceId slice = *std::exchange(tenant.slice, std::nullopt);
  fleet_.vacate(slice);
}

void Tenants::vacated(SliceId) {
  seat_those_that_wait();
}

void Tenants::limits_changed(ServerId server) {
  for (Tenant& tenant : tenants_)
    if (tenant.slice && fleet_.slices()[tenant.slice->index()].server == server) draw(tenant);
}

void Tenants::heat_limited(SliceId slice, Power per_gpu) {
  for (Tenant& tenant : tenants_)
    if (tenant.slice == slice) {
      tenant.heat_limit = per_gpu;
      draw(tenant);
    }
}

void Tenants::power_cut(std::span<const ServerId> servers) {
  for (std::size_t i = 0; i < tenants_.size(); ++i)
    if (tenants_[i].slice &&
        std::ranges::find(servers, fleet_.slices()[tenants_[i].slice->index()].server) != servers.end())
      leave(i, "power cut");
}

std::vector<TenantResult> Tenants::finish() {
  std::vector<TenantResult> results;
  for (Tenant& tenant : tenants_) {
    if (tenant.slice) book(tenant);
    tenant.result.name = tenant.config->name;
    tenant.result.gpus = tenant.config->gpus;
    if (tenant.came && !tenant.result.started) tenant.result.waited = queue_.now() - tenant.config->start;
    results.push_back(std::move(tenant.result));
  }
  return results;
}

}  // namespace headroom
