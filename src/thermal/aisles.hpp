#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "facility/lowest_limit.hpp"
#include "fleet/fleet.hpp"
#include "metrics/thermal_result.hpp"
#include "scenario/cooling_config.hpp"

namespace headroom {

/// The air that a server wants when its GPUs draw so much together, in m3/s.
[[nodiscard]] double airflow_of(const HardwareConfig& hardware, Power gpus);

/// The aisles of a site: what air their servers want, what they get, and how much warmer inlets are where that is less.
/// A site without any is one aisle of unlimited air.
class Aisles {
 public:
  /// All outlive this.
  Aisles(const CoolingConfig& cooling, const Site& site, const Fleet& fleet);

  [[nodiscard]] std::size_t size() const { return aisles_.size(); }
  [[nodiscard]] std::size_t of(std::size_t server) const { return of_server_[server]; }
  /// In m3/s, of now.
  [[nodiscard]] double demand(std::size_t aisle) const;
  [[nodiscard]] double supply(std::size_t aisle) const;
  /// Those of these names; all where there is none.
  [[nodiscard]] std::vector<std::size_t> named(const std::vector<std::string>& names) const;
  void begin_limit(std::size_t aisle, double fraction) { aisles_[aisle].limit.begin(fraction); }
  void end_limit(std::size_t aisle, double fraction) { aisles_[aisle].limit.end(fraction); }

  /// Takes the demand of now, which is taken to hold until the next call.
  void renew(Seconds now);
  /// As of the last call: what recirculation adds to the inlets of an aisle, and whether any lacks air.
  [[nodiscard]] Kelvin rise(std::size_t aisle) const { return aisles_[aisle].rise; }
  [[nodiscard]] bool any_is_short() const;
  /// Up to now; nothing where the site has no aisles.
  [[nodiscard]] std::map<std::string, AisleResult> finish(Seconds now);

 private:
  struct Aisle {
    std::string name;  ///< empty: all of a site without aisles
    double full = 0;   ///< supply without incidents, in m3/s
    std::vector<ServerId> servers{};
    LowestLimit limit{};
    Kelvin rise{};
    bool is_short = false;
    AisleResult result{};
  };
  void book(Seconds now);

  const Fleet& fleet_;
  std::vector<Aisle> aisles_;
  std::vector<std::uint32_t> of_server_;
  Seconds booked_{};
};

}  // namespace headroom
