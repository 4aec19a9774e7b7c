// What air the servers of a run get, and what is seen of their temperatures: samples, windows, the report.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "facility/inlet_offsets.hpp"
#include "headroom/elementary.hpp"
#include "thermal/thermal.hpp"

namespace headroom {
namespace {

std::vector<NodeId> rows_of(const Site& site) {
  std::vector<NodeId> rows;
  for (std::size_t i = 0; i < site.servers(); ++i)
    if (const NodeId row = row_of(site, i); rows.empty() || rows.back() != row) rows.push_back(row);
  return rows;
}

std::vector<const HardwareConfig*> types_of(const Fleet& fleet) {
  std::vector<const HardwareConfig*> types;
  for (std::size_t i = 0; i < fleet.servers().size(); ++i) types.push_back(&fleet.hardware_of(ServerId(i)));
  return types;
}

/// Rounded up, but for rounding errors.
std::uint64_t whole_updates(Seconds window, Seconds update) {
  return static_cast<std::uint64_t>(std::max(1.0, std::ceil(window / update - 1e-9)));
}

}  // namespace

Thermal::Thermal(const Scenario& scenario, const Surroundings& around)
    : scenario_(scenario),
      cooling_(*scenario.cooling),
      site_(around.site),
      fleet_(around.fleet),
      log_(around.log),
      queue_(around.queue),
      zone_nodes_(rows_of(site_)),
      zones_(zone_nodes_.size()),
      spread_(scenario.seed, types_of(fleet_)),
      aisles_(cooling_, site_, fleet_),
      rows_(zone_nodes_, site_, fleet_, around.nodes),
      series_(site_, cooling_.update),
      rest_(spread_.gpus()),
      windows_(spread_.gpus()),
      updates_of_window_(whole_updates(cooling_.window, cooling_.update)) {
  build_places();
  for (std::size_t i = 0; i < fleet_.slices().size(); ++i) add_gpu(SliceId(i));
  queue_.on<&Thermal::look>(EventKind::die_limit, *this);
  queue_.on<&Thermal::update_inlets>(EventKind::inlet, *this);
}

void Thermal::build_places() {
  OffsetStreams random{RandomStream(scenario_.seed, "thermal/racks"), RandomStream(scenario_.seed, "thermal/rows")};
  std::uint32_t zone = 0;
  for (const Kelvin offset : inlet_offsets(cooling_.offsets, site_, random)) {
    if (row_of(site_, places_.size()) != zone_nodes_[zone]) ++zone;
    places_.push_back({.offset = offset, .hardware = &fleet_.hardware_of(ServerId(places_.size())), .zone = zone});
  }
  for (const HardwareConfig* type : scenario_.types())
    rated_ += type->server.rated * static_cast<double>(std::ranges::count(places_, type, &Place::hardware));
}

double Thermal::load_fraction() const {
  Power drawn;
  for (std::size_t i = 0; i < places_.size(); ++i) drawn += fleet_.inlet(ServerId(i));
  return drawn / rated_;
}

/// Has inlets follow what they were told before, for as long as that was.
void Thermal::relax_inlets() {
  if (cooling_.lag <= Seconds()) return;
  const double left = portable::exp(-((queue_.now() - targets_since_) / cooling_.lag));
  for (Place& place : places_) place.inlet = place.target + (place.inlet - place.target) * left;
}

/// Takes weather, load and recirculation of now.
void Thermal::set_targets() {
  outside_now_ = cooling_.outside.value->at(queue_.now());
  aisles_.renew(queue_.now());
  if (aisles_.any_is_short()) is_limited_ = true;
  const Celsius mean = cooling_.inlet.value->inlet(outside_now_, load_fraction());
  for (std::size_t i = 0; i < places_.size(); ++i)
    places_[i].target = mean + places_[i].offset + aisles_.rise(aisles_.of(i));
  targets_since_ = queue_.now();
}

void Thermal::set_inlets(bool at_once) {
  for (Place& place : places_) {
    if (at_once) place.inlet = place.target;
    place.ambient = place.hardware->thermal->ambient(place.inlet);
  }
}

void Thermal::push_update() {
  queue_.push(on_grid(cooling_.update * static_cast<double>(++updates_)), EventKind::inlet);
}

void Thermal::update_inlets(const Event&) {
  renew_inlets();
  series_.updated();
  push_update();
}

/// Inlets that lag are held between two calls at what they had reached at the first.
void Thermal::renew_inlets() {
  settle();
  if (is_end_of_window()) close_window();
  relax_inlets();
  set_targets();
  set_inlets(cooling_.lag <= Seconds());
  for (std::size_t i = 0; i < gpus_.size(); ++i) {
    if (!gpus_[i].is_there) continue;
    if (gpus_[i].throttling) fleet_.limit_heat(SliceId(i), holding_power(gpus_[i]));
    schedule(i);
  }
}

void Thermal::begin_air_limit(const std::vector<std::string>& names, double fraction) {
  for (const std::size_t aisle : aisles_.named(names)) aisles_.begin_limit(aisle, fraction);
  renew_inlets();
}

void Thermal::end_air_limit(const std::vector<std::string>& names, double fraction) {
  for (const std::size_t aisle : aisles_.named(names)) aisles_.end_limit(aisle, fraction);
  renew_inlets();
}

/// Whether the update that is due next, and ends a window, is due now.
bool Thermal::is_end_of_window() const {
  return updates_ % updates_of_window_ == 0 && windows_ended_ < updates_ / updates_of_window_ &&
         queue_.now() >= on_grid(cooling_.update * static_cast<double>(updates_));
}

/// Keeps what is known of the present window for the GPU itself.
void Thermal::leave_window(Gpu& gpu) {
  WindowMean& kept = windows_[spread_.index(gpu.server, gpu.position)];
  kept.degree_seconds += gpu.window.degree_seconds;
  kept.held += gpu.window.held;
  gpu.window = {};
}

/// GPUs count as idle for the time in which nobody sat there.
void Thermal::close_window() {
  for (Gpu& gpu : gpus_)
    if (gpu.is_there) leave_window(gpu);
  const Seconds length = queue_.now() - window_since_;
  for (std::size_t server = 0; server < places_.size(); ++server) {
    auto& hottest = zones_[places_[server].zone].max_gpu_window_c;
    for (std::size_t gpu = 0; gpu < places_[server].hardware->server.gpus; ++gpu) {
      WindowMean& window = windows_[spread_.index(server, gpu)];
      if (window.held <= Seconds()) continue;
      const double idle = free_gpu(server, gpu).die().value() * (length - window.held).value();
      hottest = std::max(hottest, std::optional((window.degree_seconds + idle) / length.value()));
      window = {};
    }
  }
  rows_.close(queue_.now());
  ++windows_ended_;
  if (is_limited_) ++windows_limited_;
  is_limited_ = throttling_ > 0;
  window_since_ = queue_.now();
}

/// One on which nobody sits follows its inlet at once.
DieSinkState Thermal::free_gpu(std::size_t server, std::size_t gpu) const {
  const Place& place = places_[server];
  const Power draw = fleet_.servers()[server].down ? Power() : place.hardware->gpu_power.idle;
  return DieSink(spec(server), spread_.factor(server, gpu)).steady(draw, place.ambient);
}

std::optional<std::size_t> Thermal::hottest_free(std::size_t index) const {
  const Server& server = fleet_.servers()[index];
  std::optional<std::size_t> hottest;
  std::size_t free_from = 0;
  const auto look_up_to = [&](std::size_t taken) {
    if (free_from >= taken) return;
    const std::size_t here = spread_.hottest(index, free_from, taken - free_from);
    if (!hottest || spread_.factor(index, here) > spread_.factor(index, *hottest)) hottest = here;
  };
  for (const SliceId id : server.slices) {
    const Slice& slice = fleet_.slices()[id.index()];
    look_up_to(slice.first_gpu);
    free_from = std::size_t{slice.first_gpu} + slice.gpus;
  }
  look_up_to(server.gpus);
  return hottest;
}

Celsius Thermal::hottest_gpu(ServerId id) const {
  Celsius hottest(-std::numeric_limits<double>::infinity());
  if (const auto gpu = hottest_free(id.index())) hottest = free_gpu(id.index(), *gpu).die();
  for (const SliceId slice : fleet_.servers()[id.index()].slices)
    hottest = std::max(hottest, die_now(gpus_[slice.index()]));
  return hottest;
}

/// Of GPUs that are settled.
Celsius Thermal::hottest_hbm(std::size_t index) const {
  const Celsius ambient = places_[index].ambient;
  Celsius hottest(-std::numeric_limits<double>::infinity());
  if (const auto gpu = hottest_free(index)) hottest = spec(index).hbm(free_gpu(index, *gpu).sink, ambient);
  for (const SliceId slice : fleet_.servers()[index].slices)
    hottest = std::max(hottest, spec(index).hbm(gpus_[slice.index()].state.sink, ambient));
  return hottest;
}

Celsius Thermal::steady_gpu(ServerId id, std::size_t first, std::size_t gpus, Power per_gpu, Celsius inlet) const {
  const std::size_t server = id.index();
  const double factor = spread_.factor(server, spread_.hottest(server, first, gpus));
  return DieSink(spec(server), factor).steady(per_gpu, spec(server).ambient(inlet)).die();
}

double Thermal::airflow(ServerId id, Power gpus) const {
  return airflow_of(*places_[id.index()].hardware, gpus);
}

/// Books the time since the last call: inlets held, and dies count as they are now.
void Thermal::settle() {
  const Seconds held = queue_.now() - settled_;
  settled_ = queue_.now();
  for (Gpu& gpu : gpus_)
    if (gpu.is_there) advance(gpu);
  outside_.add(outside_now_, held);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    ThermalZone& zone = zones_[places_[i].zone];
    const Celsius hottest = hottest_gpu(ServerId(i));
    zone.inlet.add(places_[i].inlet, held);
    zone.gpu.add(hottest, held);
    if (held > Seconds()) series_.saw(ServerId(i), hottest, places_[i].inlet);
    if (!spec(i).hbm_rise) continue;
    if (!zone.hbm) zone.hbm.emplace();
    zone.hbm->add(hottest_hbm(i), held);
  }
}

ThermalResult Thermal::finish() {
  settle();
  if (is_end_of_window()) close_window();
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
  result.series = series_.finish();
  result.aisles = aisles_.finish(queue_.now());
  if (windows_ended_ > 0)
    result.limited_windows_fraction = static_cast<double>(windows_limited_) / static_cast<double>(windows_ended_);
  return result;
}

}  // namespace headroom
