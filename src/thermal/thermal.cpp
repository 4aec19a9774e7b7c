#include "thermal/thermal.hpp"

#include <algorithm>

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
    : scenario_(scenario),
      spec_(*scenario.hardware.thermal),
      cooling_(*scenario.cooling),
      site_(site),
      fleet_(fleet),
      log_(log),
      queue_(queue) {
  build_places();
  build_gpus();
  queue_.add_timers(EventKind::die_limit, gpus_.size());
  queue_.on<&Thermal::look>(EventKind::die_limit, *this);
  queue_.on<&Thermal::update_inlets>(EventKind::inlet, *this);
}

void Thermal::build_places() {
  RandomStream racks(scenario_.seed, "thermal/racks");
  for (const Kelvin offset : inlet_offsets(cooling_.offsets, site_, racks)) {
    const NodeId zone = zone_of(site_, places_.size());
    if (zone_nodes_.empty() || zone_nodes_.back() != zone) zone_nodes_.push_back(zone);
    places_.push_back({.offset = offset, .zone = static_cast<std::uint32_t>(zone_nodes_.size() - 1)});
  }
  zones_.resize(zone_nodes_.size());
}

void Thermal::build_gpus() {
  RandomStream servers(scenario_.seed, "thermal/servers");
  std::vector<double> of_server;
  for (std::size_t i = 0; i < places_.size(); ++i)
    of_server.push_back(1.0 + spec_.server_sd * std::clamp(servers.normal(), -3.0, 3.0));
  for (const double factor : of_server)
    idle_dies_.emplace_back(spec_,
                            (1.0 + spec_.position_offset(spec_.hottest(0, scenario_.hardware.server.gpus))) * factor);
  const std::uint32_t degree = scenario_.serving->tensor_parallel;
  gpus_.reserve(fleet_.instances().size());
  for (std::size_t i = 0; i < fleet_.instances().size(); ++i) {
    const std::size_t server = fleet_.server_of(InstanceId(i)).index();
    const std::size_t first = (i - fleet_.servers()[server].first_instance) * degree;
    const std::size_t hottest = spec_.hottest(first, degree);
    gpus_.push_back({.model = DieSink(spec_, (1.0 + spec_.position_offset(hottest)) * of_server[server]),
                     .server = static_cast<std::uint32_t>(server),
                     .position = static_cast<std::uint32_t>(hottest)});
  }
}

void Thermal::start() {
  set_inlets();
  for (std::size_t i = 0; i < gpus_.size(); ++i) {
    Gpu& gpu = gpus_[i];
    gpu.draw = fleet_.instances()[i].power_of_one_gpu();
    gpu.state = gpu.model.steady(gpu.draw, places_[gpu.server].ambient);
    zones_[places_[gpu.server].zone].gpu.saw(gpu.state.die());
    schedule(i);
  }
}

void Thermal::touched(InstanceId id) {
  Gpu& gpu = gpus_[id.index()];
  const Power draw = fleet_.instances()[id.index()].power_of_one_gpu();
  if (draw == gpu.draw) return;
  advance(gpu);
  gpu.draw = draw;
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
  const Trajectory way = ahead(gpu);
  if (gpu.throttling) return queue_.now() + way.time_to_fall_to(spec_.release);
  return way.bound() < spec_.throttle ? PowerLimiter::kNever : queue_.now() + way.time_to_rise_to(spec_.throttle);
}

void Thermal::schedule(std::size_t instance) {
  queue_.set_timer(EventKind::die_limit, instance, next_look(gpus_[instance]));
}

void Thermal::look(const Event& event) {
  const std::size_t instance = event.target;
  Gpu& gpu = gpus_[instance];
  advance(gpu);
  if (!gpu.throttling) throttle(instance);
  else if (gpu.state.die() <= spec_.release + kRounding) release(instance);
  schedule(instance);
}

Power Thermal::holding_power(const Gpu& gpu) const {
  return gpu.model.holding_power(gpu.state, spec_.throttle, spec_.release, places_[gpu.server].ambient);
}

void Thermal::limit_power(std::size_t instance, Power limit) {
  fleet_.instances()[instance].set_thermal_limit(limit, queue_.now());
  fleet_.touched(InstanceId(instance));
}

void Thermal::throttle(std::size_t instance) {
  Gpu& gpu = gpus_[instance];
  Place& place = places_[gpu.server];
  const Power limit = holding_power(gpu);
  gpu.throttling = log_.throttled(
      fleet_.path(ServerId(gpu.server)),
      "GPU " + std::to_string(gpu.position) + " at " + shortest(spec_.throttle.value()) + " degC", limit, queue_.now());
  gpu.held_until = queue_.now() + spec_.hold;
  ++zones_[place.zone].throttles;
  if (place.throttled++ == 0) place.throttled_since = queue_.now();
  limit_power(instance, limit);
}

void Thermal::release(std::size_t instance) {
  Gpu& gpu = gpus_[instance];
  Place& place = places_[gpu.server];
  log_.end(*gpu.throttling, queue_.now());
  gpu.throttling.reset();
  if (--place.throttled == 0) zones_[place.zone].throttled_server_s += (queue_.now() - place.throttled_since).value();
  limit_power(instance, PowerLimiter::kUnlimited);
}

double Thermal::load_fraction() const {
  Power drawn;
  for (std::size_t i = 0; i < places_.size(); ++i) drawn += site_.tree().power(site_.server(i));
  return drawn / (scenario_.hardware.server.rated * static_cast<double>(places_.size()));
}

/// Takes the weather and the load of now, and asks for the next update.
void Thermal::set_inlets() {
  outside_now_ = cooling_.outside.value->at(queue_.now());
  const Celsius mean = cooling_.inlet.inlet(outside_now_, load_fraction());
  for (Place& place : places_) {
    place.inlet = mean + place.offset;
    place.ambient = spec_.ambient(place.inlet);
  }
  queue_.push(on_grid(cooling_.update * static_cast<double>(++updates_)), EventKind::inlet);
}

void Thermal::update_inlets(const Event&) {
  settle();
  set_inlets();
  for (std::size_t i = 0; i < gpus_.size(); ++i) {
    if (gpus_[i].throttling) limit_power(i, holding_power(gpus_[i]));
    schedule(i);
  }
}

/// Of a server's GPUs. Where no instance stands they idle, and follow their inlet at once.
Celsius Thermal::hottest_die(std::size_t index) const {
  const Server& server = fleet_.servers()[index];
  if (server.instances == 0) {
    const Power draw = server.down ? Power() : scenario_.hardware.gpu_power.idle;
    return idle_dies_[index].steady(draw, places_[index].ambient).die();
  }
  const auto first = gpus_.begin() + server.first_instance;
  return std::max_element(first, first + server.instances,
                          [](const Gpu& a, const Gpu& b) { return a.state.die() < b.state.die(); })
      ->state.die();
}

/// Books the time since the last update: inlets held, and dies count as they are now.
void Thermal::settle() {
  const Seconds held = queue_.now() - settled_;
  settled_ = queue_.now();
  for (Gpu& gpu : gpus_) advance(gpu);
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
