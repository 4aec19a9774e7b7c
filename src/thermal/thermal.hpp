#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facility/site.hpp"
#include "fleet/fleet.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/event_log.hpp"
#include "metrics/thermal_result.hpp"
#include "model/thermal/die_sink.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Follows the temperatures of a run with cooling: inlets by a periodic event, dies by their exact solution, and makes
/// GPUs throttle at their limit by an event whose date is computed. Of a slice only the hottest GPU is followed: all
/// draw the same and run in lock-step, so it decides for them. GPUs on which nobody sits idle.
class Thermal final : public SliceWatch {
 public:
  /// The scenario has cooling; all outlive this.
  Thermal(const Scenario& scenario, const Site& site, Fleet& fleet, EventLog& log, EventQueue& queue);

  /// All GPUs are at the steady state of what they draw.
  void start();
  void occupied(SliceId id) override;
  void vacated(SliceId id) override;
  void drew(SliceId id) override;
  /// Settles everything up to now.
  [[nodiscard]] ThermalResult finish();

 private:
  /// The hottest GPU of a slice.
  struct Gpu {
    DieSink model;
    std::uint32_t server = 0;
    std::uint32_t position = 0;  ///< in its server
    Power draw{};
    DieSinkState state{};
    Seconds since{};                            ///< date of the state
    std::optional<std::uint32_t> throttling{};  ///< its record in the log
    Seconds held_until{};
    double factor = 1.0;  ///< of its resistances
    bool is_there = true;
  };
  /// How warm a GPU was when its slice was vacated, over its factor.
  struct Rest {
    Kelvin sink, die;
    Seconds since{};
    bool is_known = false;
  };
  /// A server, as far as heat is concerned.
  struct Place {
    Kelvin offset;  ///< of its inlet
    const HardwareConfig* hardware = nullptr;
    double factor = 1.0;        ///< of the resistances of its GPUs
    std::size_t first_gpu = 0;  ///< of the site
    std::uint32_t zone = 0;
    Celsius inlet{};
    Celsius ambient{};
    std::uint32_t throttled = 0;  ///< slices
    Seconds throttled_since{};
  };

  /// A die is at its limit, or may have its power back.
  void look(const Event& event);
  /// Takes weather and load of now.
  void update_inlets(const Event& event);
  void build_places();
  void add_gpu(SliceId id);
  [[nodiscard]] const ThermalSpec& spec(std::size_t server) const { return *places_[server].hardware->thermal; }
  [[nodiscard]] double load_fraction() const;
  void set_inlets();
  [[nodiscard]] Celsius hottest_die(std::size_t server) const;
  [[nodiscard]] Celsius hottest_free_die(std::size_t server) const;
  void settle();
  [[nodiscard]] Trajectory ahead(const Gpu& gpu) const;
  void advance(Gpu& gpu);
  [[nodiscard]] Seconds next_look(const Gpu& gpu) const;
  void schedule(std::size_t slice);
  [[nodiscard]] Power holding_power(const Gpu& gpu) const;
  void throttle(std::size_t slice);
  void release(std::size_t slice);
  void end_throttle(Gpu& gpu);

  const Scenario& scenario_;
  const CoolingConfig& cooling_;
  const Site& site_;
  Fleet& fleet_;
  EventLog& log_;
  EventQueue& queue_;

  std::vector<Place> places_;       ///< by server
  std::vector<Gpu> gpus_;           ///< by slice
  std::vector<Rest> rest_;          ///< by GPU of the site
  Power rated_{};                   ///< of all servers
  std::vector<NodeId> zone_nodes_;  ///< by zone
  std::vector<ThermalZone> zones_;
  TemperatureDigest outside_;
  Celsius outside_now_{};
  Seconds settled_{};
  std::uint64_t updates_ = 0;
};

}  // namespace headroom
