#include "thermal/thermal.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace headroom {
namespace {

/// A die that is this little above `release_c` is there: crossings are known up to rounding.
constexpr Kelvin kRounding(1e-6);

}  // namespace

void Thermal::add_gpu(SliceId id) {
  const Slice& slice = fleet_.slices()[id.index()];
  const std::size_t server = slice.server.index();
  const std::size_t hottest = spread_.hottest(server, slice.first_gpu, slice.gpus);
  const double factor = spread_.factor(server, hottest);
  gpus_.push_back({.model = DieSink(spec(server), factor),
                   .server = static_cast<std::uint32_t>(server),
                   .position = static_cast<std::uint32_t>(hottest),
                   .factor = factor,
                   .is_there = !slice.on_cores()});
  queue_.add_timers(EventKind::die_limit, 1);
}

/// It begins as warm as its GPU is: at rest since somebody else left it, or all along.
void Thermal::occupied(SliceId id) {
  add_gpu(id);
  Gpu& gpu = gpus_.back();
  if (!gpu.is_there) return;
  const Place& place = places_[gpu.server];
  const Power idle = place.hardware->gpu_power.idle;
  const Rest& rest = rest_[spread_.index(gpu.server, gpu.position)];
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
  if (!gpu.is_there) return;
  advance(gpu);
  const Place& place = places_[gpu.server];
  const Slice& slice = fleet_.slices()[id.index()];
  const Rest rest{(gpu.state.sink - place.ambient) / gpu.factor, gpu.state.die_rise / gpu.factor, queue_.now(), true};
  for (std::size_t i = 0; i < slice.gpus; ++i) rest_[spread_.index(gpu.server, slice.first_gpu + i)] = rest;
  if (gpu.throttling) end_throttle(gpu);
  leave_window(gpu);
  gpu.is_there = false;
  queue_.set_timer(EventKind::die_limit, id.index(), PowerLimiter::kNever);
}

void Thermal::start() {
  set_targets();
  set_inlets(true);
  push_update();
  for (std::size_t i = 0; i < gpus_.size(); ++i) {
    Gpu& gpu = gpus_[i];
    if (!gpu.is_there) continue;
    gpu.draw = fleet_.slices()[i].per_gpu;
    gpu.state = gpu.model.steady(gpu.draw, places_[gpu.server].ambient);
    zones_[places_[gpu.server].zone].gpu.saw(gpu.state.die());
    schedule(i);
  }
}

void Thermal::drew(SliceId id) {
  Gpu& gpu = gpus_[id.index()];
  if (!gpu.is_there) return;
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
  const Celsius ambient = places_[gpu.server].ambient;
  const DieSinkState after = gpu.model.after(gpu.state, gpu.draw, ambient, elapsed);
  gpu.window.degree_seconds += gpu.model.degree_seconds(gpu.state, after, gpu.draw, ambient, elapsed);
  gpu.window.held += elapsed;
  gpu.state = after;
  gpu.since = queue_.now();
}

Celsius Thermal::die_now(const Gpu& gpu) const {
  const Seconds elapsed = queue_.now() - gpu.since;
  return elapsed > Seconds() ? ahead(gpu).at(elapsed) : gpu.state.die();
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
  ++throttling_;
  is_limited_ = true;
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
  --throttling_;
  if (--place.throttled == 0) zones_[place.zone].throttled_server_s += (queue_.now() - place.throttled_since).value();
}

}  // namespace headroom
