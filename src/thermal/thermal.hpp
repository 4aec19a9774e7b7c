#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facility/site.hpp"
#include "fleet/fleet.hpp"
#include "headroom/heat.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/event_log.hpp"
#include "metrics/thermal_result.hpp"
#include "model/thermal/die_sink.hpp"
#include "scenario/scenario.hpp"
#include "thermal/aisles.hpp"
#include "thermal/gpu_spread.hpp"
#include "thermal/heat_series.hpp"
#include "thermal/row_peaks.hpp"

namespace headroom {

/// Follows the temperatures of a run with cooling: inlets by a periodic event, dies by their exact solution, and makes
/// GPUs throttle at their limit by an event whose date is computed. Of a slice only the hottest GPU is followed: all
/// draw the same and run in lock-step, so it decides for them. GPUs on which nobody sits idle.
class Thermal final : public SliceWatch, public Heat {
 public:
  /// The parts of a run that it works on; all outlive it.
  struct Surroundings {
    const Site& site;
    Fleet& fleet;
    NodeWatch& nodes;
    EventLog& log;
    EventQueue& queue;
  };
  /// The scenario has cooling, and outlives this.
  Thermal(const Scenario& scenario, const Surroundings& around);

  /// All GPUs are at the steady state of what they draw.
  void start();
  void occupied(SliceId id) override;
  void vacated(SliceId id) override;
  void drew(SliceId id) override;
  /// Aisles get no more than a fraction of their air, or that is over; `names` empty: all. Inlets follow.
  void begin_air_limit(const std::vector<std::string>& names, double fraction);
  void end_air_limit(const std::vector<std::string>& names, double fraction);
  /// Settles everything up to now.
  [[nodiscard]] ThermalResult finish();
  /// After that: writes what rows drew by windows into the results of those that are metered.
  std::optional<double> note_rows(std::vector<NodeResult>& results) const { return rows_.note(results); }

  [[nodiscard]] Celsius inlet(ServerId server) const override { return places_[server.index()].inlet; }
  [[nodiscard]] Celsius hottest_gpu(ServerId server) const override;
  [[nodiscard]] Celsius gpu_limit(ServerId server) const override { return spec(server.index()).throttle; }
  [[nodiscard]] Celsius steady_gpu(ServerId server, std::size_t first, std::size_t gpus, Power per_gpu,
                                   Celsius inlet) const override;
  [[nodiscard]] double airflow(ServerId server, Power gpus) const override;
  [[nodiscard]] std::size_t aisles() const override { return aisles_.size(); }
  [[nodiscard]] std::size_t aisle_of(ServerId server) const override { return aisles_.of(server.index()); }
  [[nodiscard]] double demand(std::size_t aisle) const override { return aisles_.demand(aisle); }
  [[nodiscard]] double supply(std::size_t aisle) const override { return aisles_.supply(aisle); }

 private:
  /// The mean of a die's temperature over the part of a window in which somebody sat there.
  struct WindowMean {
    double degree_seconds = 0;
    Seconds held{};
  };
  /// The hottest GPU of a slice.
  struct Gpu {
    DieSink model;
    std::uint32_t server = 0;
    std::uint32_t position = 0;  ///< in its server
    Power draw{};
    DieSinkState state{};
    Seconds since{};  ///< date of the state
    WindowMean window{};
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
    std::uint32_t zone = 0;
    Celsius target{};  ///< where its inlet is on its way to
    Celsius inlet{};
    Celsius ambient{};
    std::uint32_t throttled = 0;  ///< slices
    Seconds throttled_since{};
  };

  // Dies: thermal.cpp.
  /// A die is at its limit, or may have its power back.
  void look(const Event& event);
  void add_gpu(SliceId id);
  [[nodiscard]] const ThermalSpec& spec(std::size_t server) const { return *places_[server].hardware->thermal; }
  [[nodiscard]] Trajectory ahead(const Gpu& gpu) const;
  void advance(Gpu& gpu);
  [[nodiscard]] Celsius die_now(const Gpu& gpu) const;
  [[nodiscard]] Seconds next_look(const Gpu& gpu) const;
  void schedule(std::size_t slice);
  [[nodiscard]] Power holding_power(const Gpu& gpu) const;
  void throttle(std::size_t slice);
  void release(std::size_t slice);
  void end_throttle(Gpu& gpu);

  // Inlets, samples and windows: thermal_air.cpp.
  void build_places();
  /// Takes weather and load of now.
  void update_inlets(const Event& event);
  [[nodiscard]] double load_fraction() const;
  void relax_inlets();
  void set_targets();
  void set_inlets(bool at_once);
  void renew_inlets();
  void push_update();
  [[nodiscard]] bool is_end_of_window() const;
  void leave_window(Gpu& gpu);
  void close_window();
  void settle();
  [[nodiscard]] std::optional<std::size_t> hottest_free(std::size_t server) const;
  [[nodiscard]] DieSinkState free_gpu(std::size_t server, std::size_t gpu) const;
  [[nodiscard]] Celsius hottest_hbm(std::size_t server) const;

  const Scenario& scenario_;
  const CoolingConfig& cooling_;
  const Site& site_;
  Fleet& fleet_;
  EventLog& log_;
  EventQueue& queue_;

  std::vector<NodeId> zone_nodes_;  ///< by zone
  std::vector<ThermalZone> zones_;
  std::vector<Place> places_;  ///< by server
  GpuSpread spread_;
  Aisles aisles_;
  RowPeaks rows_;
  HeatSeries series_;
  std::vector<Gpu> gpus_;            ///< by slice
  std::vector<Rest> rest_;           ///< by GPU of the site
  std::vector<WindowMean> windows_;  ///< by GPU of the site, of slices that were vacated
  Power rated_{};                    ///< of all servers
  TemperatureDigest outside_;
  Celsius outside_now_{};
  Seconds settled_{};
  Seconds targets_since_{};
  Seconds window_since_{};
  std::uint64_t updates_ = 0;  ///< begun, with the one to come
  std::uint64_t updates_of_window_ = 1;
  std::uint64_t windows_ended_ = 0;
  std::uint64_t windows_limited_ = 0;
  std::uint32_t throttling_ = 0;  ///< slices
  bool is_limited_ = false;       ///< this window
};

}  // namespace headroom
