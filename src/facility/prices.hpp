#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// What a kilowatt-hour costs from a time on; what all points of a curve leave out is as for the whole run.
struct PricePoint {
  Seconds time{};
  std::optional<double> carbon_kg_per_kwh, cost_usd_per_kwh;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Carbon and price over time, from the run's start. A point holds until the next one, the last as long as the one
/// before it; the curve begins again after `repeat`.
struct PriceCurveConfig {
  std::string path;
  std::vector<PricePoint> points;
  std::optional<Seconds> repeat;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// What energy costs: over the whole run, or where a curve says it, over time.
struct PriceConfig {
  std::optional<double> carbon_kg_per_kwh, cost_usd_per_kwh;
  std::optional<PriceCurveConfig> curve;
  void fields(Fields& f);
  void check(const Scope& scope) const;
  /// Where points, whose rules hold, end before a run of that duration does.
  void check_reach(Seconds duration, const Scope& scope) const;
};

/// The points of a curve, and the date of its first one where it has dates.
struct PriceCurve {
  std::vector<PricePoint> points;
  std::string first_date;
};

/// Reads the file of a curve, which stands at `where`, if it has one, points in order of time. Throws InputError with
/// the line; warns of columns that it does not use.
[[nodiscard]] PriceCurve read_price_curve(const PriceCurveConfig& config, const std::string& where, Warnings& warnings);

/// What a curve holds from one time to another; absent is what nothing prices.
struct PriceStretch {
  Seconds end{};
  std::optional<double> carbon_kg_per_kwh, cost_usd_per_kwh;
};

/// Adds up what the energy of a run costs while prices change; exact, since it is told the energy at every change.
class EnergyBill {
 public:
  /// Of prices whose rules hold; reads the curve's file. `where` is what messages call the prices. Throws InputError,
  /// also where the curve ends before a run of that duration does. Beside a trace, which may have dates of its own, it
  /// warns which date of a curve is time 0.
  EnergyBill(const PriceConfig& config, const std::string& where, const std::optional<Seconds>& duration,
             bool has_trace, Warnings& warnings);

  /// When the prices change next; never without a curve.
  [[nodiscard]] Seconds next_change() const { return end_; }
  /// Books the energy since the start of the run up to the next change. Throws InputError where the curve ends there.
  void change(Energy energy);
  /// Books the energy since the start up to the end of the run.
  void finish(Energy energy);
  /// Absent where no price says it.
  [[nodiscard]] std::optional<double> carbon_kg() const {
    return stretches_[0].carbon_kg_per_kwh ? std::optional(carbon_kg_) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> cost_usd() const {
    return stretches_[0].cost_usd_per_kwh ? std::optional(cost_usd_) : std::nullopt;
  }

 private:
  void begin_stretch();
  [[noreturn]] void refuse_end(Seconds end) const;

  std::string where_;  ///< what messages call the curve
  std::string path_;   ///< of its file; empty: none
  std::vector<PriceStretch> stretches_;
  Seconds repeat_{};  ///< 0: the curve does not
  Seconds round_{};   ///< when its present round began
  std::size_t at_ = 0;
  Seconds end_{std::numeric_limits<double>::infinity()};
  Energy booked_{};
  double carbon_kg_ = 0;
  double cost_usd_ = 0;
};

}  // namespace headroom
