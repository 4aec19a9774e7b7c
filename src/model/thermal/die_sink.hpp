#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "model/thermal/trajectory.hpp"

namespace headroom {

/// How a GPU warms up, and when it protects itself. Sources of the shipped values: docs/models.md, "Thermal".
struct ThermalSpec {
  KelvinPerWatt r_die{};
  KelvinPerWatt r_sink{};
  Seconds tau_die{0.12};
  Seconds tau_sink{30.0};
  Celsius ambient_at_zero{2.3};
  double ambient_per_inlet = 0.97;
  std::vector<double> position_offsets;  ///< by GPU of a server; empty: none
  double gpu_sd = 0.0;
  double server_sd = 0.0;
  Celsius throttle{85.0};
  Celsius release{83.0};
  Seconds hold{1.0};
  std::optional<Kelvin> hbm_rise;  ///< none: memory is not followed
  KelvinPerWatt r_hbm{};
  std::string source;

  /// The air around the heatsinks, warmer than the inlet of the server.
  [[nodiscard]] Celsius ambient(Celsius inlet) const {
    return ambient_at_zero + Kelvin(ambient_per_inlet * inlet.value());
  }
  /// The memory of a GPU: it warms the heatsink's air with the heatsink. Of a spec with `hbm_rise`.
  [[nodiscard]] Celsius hbm(Celsius sink, Celsius at_ambient) const {
    return at_ambient + *hbm_rise + (sink - at_ambient) * (r_hbm / r_sink);
  }
  [[nodiscard]] double position_offset(std::size_t gpu) const {
    return position_offsets.empty() ? 0.0 : position_offsets[gpu];
  }
  /// Which of the GPUs [first, first + count) of a server is the hottest at equal power.
  [[nodiscard]] std::size_t hottest(std::size_t first, std::size_t count) const;

  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Temperatures of a GPU: its heatsink, and how much warmer its die is.
struct DieSinkState {
  Celsius sink;
  Kelvin die_rise;

  [[nodiscard]] Celsius die() const { return sink + die_rise; }
};

/// A fast die node on a slow heatsink node. The sink relaxes to ambient + r_sink P, the die to sink + r_die P, each by
/// an exponential of its own: what the die draws from the sink while it warms up itself is left out, an error of the
/// order of tau_die / tau_sink (0.4 %). Under constant power and ambient the solution is exact, so that splitting a
/// step changes nothing.
class DieSink {
 public:
  /// `factor` scales both resistances: (1 + offset of this GPU's position) (1 + its own) (1 + that of its server).
  DieSink(const ThermalSpec& spec, double factor)
      : r_die_(spec.r_die * factor), r_sink_(spec.r_sink * factor), tau_die_(spec.tau_die), tau_sink_(spec.tau_sink) {}

  /// The state that constant power leads to.
  [[nodiscard]] DieSinkState steady(Power power, Celsius ambient) const {
    return {ambient + r_sink_ * power, r_die_ * power};
  }
  [[nodiscard]] DieSinkState after(const DieSinkState& from, Power power, Celsius ambient, Seconds elapsed) const;
  /// The integral of the die's temperature over the time that leads from one state to another, in degC s.
  [[nodiscard]] double degree_seconds(const DieSinkState& from, const DieSinkState& to, Power power, Celsius ambient,
                                      Seconds elapsed) const;
  /// The die's way from a state on.
  [[nodiscard]] Trajectory die_from(const DieSinkState& from, Power power, Celsius ambient) const;

  /// The power to fall back to from a state at or below `limit`: from then on, at this or any lower power, the die
  /// stays at or below `limit` and settles at or below `release`. 0 where no power does.
  [[nodiscard]] Power holding_power(const DieSinkState& from, Celsius limit, Celsius release, Celsius ambient) const;

 private:
  KelvinPerWatt r_die_, r_sink_;
  Seconds tau_die_, tau_sink_;
};

}  // namespace headroom
