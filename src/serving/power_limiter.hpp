#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// How fast a GPU's own limits act.
struct LimitSpec {
  Seconds cap_response{0.25};
  double overshoot_ratio = 1.0;
  Seconds overshoot{0.0};

  void fields(Fields& f) {
    f("cap_response_s", cap_response, "how long a draw above a power cap lasts before the cap acts",
      Range::between(0.0, 1e6));
    f("overshoot_ratio", overshoot_ratio, "draw over TDP that passes at a rising edge; 1: none", Range::between(1, 2));
    f("overshoot_s", overshoot, "how long it passes", Range::between(0.0, 1e6));
  }
};

/// What a GPU may draw, as a function of the time since its demand rose above what it may hold for long: first the
/// overshoot, then TDP, then a user's cap. Demand that falls below that again ends the episode. A thermal limit holds
/// at once and at any time.
class PowerLimiter {
 public:
  PowerLimiter(const LimitSpec& spec, Power tdp) : spec_(spec), tdp_(tdp) {}

  void set_cap(std::optional<Power> cap, Seconds now) {
    cap_ = cap;
    cap_since_ = now;
  }
  [[nodiscard]] std::optional<Power> cap() const { return cap_; }
  void set_thermal(Power limit) { thermal_ = limit; }
  [[nodiscard]] Power thermal() const { return thermal_; }
  [[nodiscard]] Power lasting_limit() const { return cap_ && *cap_ < tdp_ ? *cap_ : tdp_; }

  /// Tells the limiter what the GPU would draw from `now` on if nothing held it.
  void demand(Power unlimited, Seconds now) {
    if (unlimited <= lasting_limit()) since_ = kNever;
    else if (since_ == kNever) since_ = now;
  }
  /// What holds at `now`.
  [[nodiscard]] Power limit(Seconds now) const { return std::min(thermal_, electric_limit(now)); }
  /// When the limit changes next if the demand stays.
  [[nodiscard]] Seconds next_change(Seconds now) const {
    if (since_ == kNever) return kNever;
    if (const Seconds at = since_ + spec_.overshoot; now < at) return at;
    if (const Seconds at = cap_acts_at(); cap_ && now < at) return at;
    return kNever;
  }

  static constexpr Seconds kNever{std::numeric_limits<double>::infinity()};
  static constexpr Power kUnlimited{std::numeric_limits<double>::infinity()};

 private:
  [[nodiscard]] Power electric_limit(Seconds now) const {
    if (since_ == kNever) return lasting_limit();
    if (now < since_ + spec_.overshoot) return tdp_ * spec_.overshoot_ratio;
    return cap_ && now < cap_acts_at() ? tdp_ : lasting_limit();
  }
  /// Its response counts from when both the cap and a demand above it were there.
  [[nodiscard]] Seconds cap_acts_at() const { return std::max(since_, cap_since_) + spec_.cap_response; }

  LimitSpec spec_;
  Power tdp_;
  std::optional<Power> cap_;
  Power thermal_ = kUnlimited;
  Seconds cap_since_{};
  Seconds since_ = kNever;
};

}  // namespace headroom
