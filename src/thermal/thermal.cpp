#include "thermal/thermal.hpp"

#include <algorithm>
#include <limits>

#include "base/random.hpp"
#include "base/text.hpp"
#include "facility/inlet_offsets.hpp"

namespace headroom {
namespace {

/// A die that is this little above `release_c` is there: crossings are known up to rounding.
constexpr Kelvin kRounding(1e-6);

/// The row of a server, or whatever holds the racks; its rack where the site has no rows.
NodeId zone_of(const Site& site, std::size_t server) {
  const PowerTree& tree = site.tree();
  const NodeId rack = *tree.parent(site.server(server));
  const auto row = tree.parent(rack);
  return row && tree.parent(*row) ? *row : rack;
}

}  // namespace

Thermal::Thermal(const Scenario& scenario, const Site& site, Fleet& fleet, EventLog& log, EventQueue& queue)
    : scenario_(scenario), cooling_(*scenario.cooling), site_(site), fleet_(fleet), log_(log), queue_(queue) {
  build_places();
  for (std::size_t i = 0; i < fleet_.slices().size(); ++i) add_gpu(SliceId(i));
  queue_.on<&Thermal::look>(EventKind::die_limit, *this);
  queue_.on<&Thermal::update_inlets>(EventKind::inlet, *this);
}

void Thermal::build_places() {
  RandomStream racks(scenario_.seed, "thermal/racks");
  for (const Kelvin offset : inlet_offsets(cooling_.offsets, site_, racks)) {
    const NodeId zone = zone_of(site_, places_.size());
    if (zone_nodes_.empty() || zone_nodes_.back() != zone) zone_nodes_.push_back(zone);
    places_.push_back({.offset = offset,
                       .hardware = &fleet_.hardware_of(ServerId(places_.size())),
                       .zone = static_cast<std::uint32_t>(zone_nodes_.size() - 1)});
  }
  zones_.resize(zone_nodes_.size());
  RandomStream servers(scenario_.seed, "thermal/servers");
  std::size_t gpus = 0;
  for (Place& place : places_) {
    const ThermalSpec& spec = *place.hardware->thermal;
    place.factor = 1.0 + spec.server_sd * std::clamp(servers.normal(), -3.0, 3.0);
    place.first_gpu = gpus;
    gpus += place.hardware->server.gpus;
  }
  rest_.resize(gpus);
  for (const HardwareConfig* type : scenario_.types())
    rated_ += type->server.rated * static_cast<double>(std::ranges::count(places_, type, &Place::hardware));
}

void Thermal::add_gpu(SliceId id) {
  const Slice& slice = fleet_.slices()[id.index()];
  const std::size_t server = slice.server.index();
  const std::size_t hottest = spec(server).hottest(slice.first_gpu, slice.gpus);
  const double factor = (1.0 + spec(server).position_offset(hottest)) * places_[server].factor;
  gpus_.push_back({.model = DieSink(spec(server), factor),
                   .server = static_cast<std::uint32_t>(server),
                   .position = static_cast<std::uint32_t>(hottest),
                   .factor = factor});
  queue_.add_timers(EventKind::die_limit, 1);
}

/// It begins as warm as its GPU is: at rest since somebody else left it, or all along.
void Thermal::occupied(SliceId id) {
  add_gpu(id);
  Gpu& gpu = gpus_.back();
  const Place& place = places_[gpu.server];
  const Power idle = place.hardware->gpu_power.idle;
  const Rest& rest = rest_[place.first_gpu + gpu.position];
  gpu.draw = fleet_.slices()[id.index()].per_gpu;
  gpu.since = queue_.now();
  gpu.state = gpu.model.steady(idle, place.ambient);
  if (rest.is_known)
    gpu.state = gpu.model.after({place.ambient + rest.sink * gpu.factor, rest.die * gpu.factor}, idle, place.ambient,
                                queue_.now() - rest.since);
  schedule(id.index());
}

/// All its GPUs are taken to be as warm, over their factor, as the hottest.
void Thermal::vacated(SliceId id) {
  Gpu& gpu = gpus_[id.index()];
  advance(gpu);
  const Place& place = places_[gpu.server];
  const Slice& slice = fleet_.slices()[id.index()];
  const Rest rest{(gpu.state.sink - place.ambient) / gpu.factor, gpu.state.die_rise / gpu.factor, queue_.now(), true};
  for (std::size_t i = 0; i < slice.gpus; ++i) rest_[place.first_gpu + slice.first_gpu + i] = rest;
  if (gpu.throttling) end_throttle(gpu);
  gpu.is_there = false;
  queue_.set_timer(EventKind::die_limit, id.index(), PowerLimiter::kNever);
}

void Thermal::start() {
  set_inlets();
  for (std::size_t i = 0; i < gpus_.size(); ++i) {
    Gpu& gpu = gpus_[i];
    gpu.draw = fleet_.slices()[i].per_gpu;
    gpu.state = gpu.model.steady(gpu.draw, places_[gpu.server].ambient);
    zones_[places_[gpu.server].zone].gpu.saw(gpu.state.die());
    schedule(i);
  }
}

void Thermal::drew(SliceId id) {
  Gpu& gpu = gpus_[id.index()];
  advance(gpu);
  gpu.draw = fleet_.slices()[id.index()].per_gpu;
  schedule(id.index());
}

Trajectory Thermal::ahead(const Gpu& gpu) const {
  return gpu.model.die_from(gpu.state, gpu.draw, places_[gpu.server].ambient);
}

/// Brings a GPU's state up to now, and notes the highest temperature on the way.
void Thermal::advance(Gpu& gpu) {
  const Seconds elapsed = queue_.now() - gpu.since;
  if (elapsed <= Seconds()) return;
  TemperatureDigest& seen = zones_[places_[gpu.server].zone].gpu;
  if (const Trajectory way = ahead(gpu); way.bound().value() > seen.max()) seen.saw(way.highest(elapsed));
  gpu.state = gpu.model.after(gpu.state, gpu.draw, places_[gpu.server].ambient, elapsed);
  gpu.since = queue_.now();
}

/// When its die is at the limit; if it throttles: when it may stop.
Seconds Thermal::next_look(const Gpu& gpu) const {
  if (gpu.throttling && queue_.now() < gpu.held_until) return gpu.held_until;
  const ThermalSpec& limits = spec(gpu.server);
  const Trajectory way = ahead(gpu);
  if (gpu.throttling) return queue_.now() + way.time_to_fall_to(limits.release);
  return way.bound() < limits.throttle ? PowerLimiter::kNever : queue_.now() + way.time_to_rise_to(limits.throttle);
}

void Thermal::schedule(std::size_t slice) {
  queue_.set_timer(EventKind::die_limit, slice, next_look(gpus_[slice]));
}

void Thermal::look(const Event& event) {
  const std::size_t slice = event.target;
  Gpu& gpu = gpus_[slice];
  advance(gpu);
  if (!gpu.throttling) throttle(slice);
  else if (gpu.state.die() <= spec(gpu.server).release + kRounding) release(slice);
  schedule(slice);
}

Power Thermal::holding_power(const Gpu& gpu) const {
  const ThermalSpec& limits = spec(gpu.server);
  return gpu.model.holding_power(gpu.state, limits.throttle, limits.release, places_[gpu.server].ambient);
}

void Thermal::throttle(std::size_t slice) {
  Gpu& gpu = gpus_[slice];
  Place& place = places_[gpu.server];
  const ThermalSpec& limits = spec(gpu.server);
  const Power limit = holding_power(gpu);
  gpu.throttling =
      log_.throttled(fleet_.path(ServerId(gpu.server)),
                     "GPU " + std::to_string(gpu.position) + " at " + shortest(limits.throttle.value()) + " degC",
                     limit, queue_.now());
  gpu.held_until = queue_.now() + limits.hold;
  ++zones_[place.zone].throttles;
  if (place.throttled++ == 0) place.throttled_since = queue_.now();
  fleet_.limit_heat(SliceId(slice), limit);
}

void Thermal::release(std::size_t slice) {
  end_throttle(gpus_[slice]);
  fleet_.limit_heat(SliceId(slice), PowerLimiter::kUnlimited);
}

void Thermal::end_throttle(Gpu& gpu) {
  Place& place = places_[gpu.server];
  log_.end(*gpu.throttling, queue_.now());
  gpu.throttling.reset();
  if (--place.throttled == 0) zones_[place.zone].throttled_server_s += (queue_.now() - place.throttled_since).value();
}

double Thermal::load_fraction() const {
  Power drawn;
  for (std::size_t i = 0; i < places_.size(); ++i) drawn += fleet_.inlet(ServerId(i));
  return drawn / rated_;
}

/// Takes the weather and the load of now, and asks for the next update.
void Thermal::set_inlets() {
  outside_now_ = cooling_.outside.value->at(queue_.now());
  const Celsius mean = cooling_.inlet.inlet(outside_now_, load_fraction());
  for (Place& place : places_) {
    place.inlet = mean + place.offset;
    place.ambient = place.hardware->thermal->ambient(place.inlet);
  }
  queue_.push(on_grid(cooling_.update * static_cast<double>(++updates_)), EventKind::inlet);
}

void Thermal::update_inlets(const Event&) {
  settle();
  set_inlets();
  for (std::size_t i = 0; i < gpus_.size(); ++i) {
    if (!gpus_[i].is_there) continue;
    if (gpus_[i].throttling) fleet_.limit_heat(SliceId(i), holding_power(gpus_[i]));
    schedule(i);
  }
}

/// Of a server's GPUs. Those on which nobody sits idle, and follow their inlet at once.
Celsius Thermal::hottest_die(std::size_t index) const {
  const Server& server = fleet_.servers()[index];
  Celsius hottest = server.free_gpus > 0 ? hottest_free_die(index) : gpus_[server.slices.front().index()].state.die();
  for (const SliceId id : server.slices) hottest = std::max(hottest, gpus_[id.index()].state.die());
  return hottest;
}

Celsius Thermal::hottest_free_die(std::size_t index) const {
  const Server& server = fleet_.servers()[index];
  const Place& place = places_[index];
  double offset = -std::numeric_limits<double>::infinity();
  std::size_t free_from = 0;
  const auto look_up_to = [&](std::size_t taken) {
    if (free_from < taken)
      offset = std::max(offset, spec(index).position_offset(spec(index).hottest(free_from, taken - free_from)));
  };
  for (const SliceId id : server.slices) {
    const Slice& slice = fleet_.slices()[id.index()];
    look_up_to(slice.first_gpu);
    free_from = std::size_t{slice.first_gpu} + slice.gpus;
  }
  look_up_to(server.gpus);
  const Power draw = server.down ? Power() : place.hardware->gpu_power.idle;
  return DieSink(spec(index), (1.0 + offset) * place.factor).steady(draw, place.ambient).die();
}

/// Books the time since the last update: inlets held, and dies count as they are now.
void Thermal::settle() {
  const Seconds held = queue_.now() - settled_;
  settled_ = queue_.now();
  for (Gpu& gpu : gpus_)
    if (gpu.is_there) advance(gpu);
  outside_.add(outside_now_, held);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    zones_[places_[i].zone].inlet.add(places_[i].inlet, held);
    zones_[places_[i].zone].gpu.add(hottest_die(i), held);
  }
}

ThermalResult Thermal::finish() {
  settle();
  ThermalResult result;
  for (Place& place : places_)
    if (place.throttled > 0) zones_[place.zone].throttled_server_s += (queue_.now() - place.throttled_since).value();
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    result.site.merge(zones_[i]);
    const auto& path = site_.tree().path(zone_nodes_[i]);
    if (path != "site") result.zones[path] = zones_[i];
  }
  for (const Gpu& gpu : gpus_)
    if (gpu.throttling) log_.end(*gpu.throttling, queue_.now());
  result.outside = outside_;
  return result;
}

}  // namespace headroom
