#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// What a protection device does when it trips.
enum class TripAction { report, brake, shed, outage };
inline std::array<std::string_view, 4> words_of(TripAction) {
  return {"report", "brake", "shed", "outage"};
}

/// A point of a time-overload curve: the device carries this load for this long.
struct OverloadPoint {
  double load_fraction = 0;  ///< of the rating, above 1
  Seconds time{};

  void fields(Fields& f) {
    f.required("load_fraction", load_fraction, "load over rating", Range{1.0, 100.0, true});
    f.required("time_s", time, "how long this load is carried", Range::period());
  }
};

/// A breaker's or UPS's time-overload curve and what follows a trip.
struct ProtectionSpec {
  std::vector<OverloadPoint> curve;  ///< rising load, falling time
  TripAction action = TripAction::report;

  void fields(Fields& f) {
    f.required("curve", curve, "time-overload curve: rising load, falling time");
    f("action", action,
      "on a trip: report only, brake all servers below, shed those that serve low priority only, or cut all (outage)");
  }
  void check(const Scope& scope) const;

  /// How long this load is carried: log-linear between the points, the last time beyond them; infinite at or below
  /// the rating and, between the rating and the first point, the first point's time in inverse proportion to the
  /// overload.
  [[nodiscard]] Seconds time_to_trip(double load_fraction) const;
};

/// One device's progress towards a trip. Time spent at an overload counts as the fraction of the time it can be
/// carried; a load at or below the rating resets it, if it takes any time: who changes several servers at one date
/// changes them one after the other.
class Protection {
 public:
  Protection(const ProtectionSpec& spec, Power rating) : spec_(&spec), rating_(rating) {}

  /// Follows the load; returns when the device will trip if nothing changes (infinite: never).
  Seconds change(Power load, Seconds now);
  void trip() { tripped_ = true; }
  [[nodiscard]] bool overloaded() const { return load_ > rating_; }

 private:
  const ProtectionSpec* spec_;
  Power rating_;
  Power load_{};
  Seconds since_{};
  double worn_ = 0;  ///< fraction of the way to the trip
  bool tripped_ = false;
};

}  // namespace headroom
