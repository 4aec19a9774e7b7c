#pragma once

#include <optional>
#include <string>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "metrics/meter.hpp"

namespace headroom {

/// Power of a metered node, over the whole run; its own loss is included.
struct NodeResult {
  std::string path;
  std::optional<Power> budget;
  Meter meter{std::nullopt, Seconds(1), false};
  SampleStatistics telemetry;
  std::optional<double> max_5min_fraction{};  ///< of rows of scenarios with cooling
  std::optional<Power> rating{};              ///< in power.json alone

  void fields(Fields& f) const {
    f("budget_w", budget, "its budget");
    f("mean_w", meter.mean(), "exact");
    f("peak_w", meter.peak(), "largest power at any instant, exact");
    f("p99_w", meter.p99(), "99 % of the time the power is at most this; errs by at most 0.1 %");
    f("energy_kwh", meter.energy(), "exact");
    f("above_budget_s", budget ? std::optional(meter.above_budget()) : std::nullopt,
      "time in which the instantaneous power was above the budget; of nodes with a budget");
    f("max_5min_fraction", max_5min_fraction,
      "of rows, in scenarios with `cooling`: largest mean power over a window of `/cooling/window_s`, over the budget "
      "of "
      "the row, or its rating, or what its servers are rated for");
    f("telemetry_peak_w", telemetry.empty() ? std::nullopt : std::optional(telemetry.peak()),
      "largest telemetry sample: a mean over `/telemetry/window_s`, so below `peak_w`; of nodes with a budget at "
      "`/telemetry/levels`, from `/telemetry/warmup_s` on");
    f.group(
        "max_rise_fraction",
        "largest rise from a telemetry sample to a later one at most so long after it, over the budget; absent where "
        "no two samples are so close",
        [this](Fields& rises) {
          for (std::size_t w = 0; w < SampleStatistics::kWindows.size(); ++w) {
            const auto rise = budget ? telemetry.largest_rise(w) : std::nullopt;
            rises(std::to_string(static_cast<int>(SampleStatistics::kWindows[w])) + "s",
                  rise ? std::optional(*rise / *budget) : std::nullopt, "within that time");
          }
        });
  }
};

}  // namespace headroom
