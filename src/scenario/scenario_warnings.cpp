// What of a scenario is right but may surprise its user.
#include <cmath>

#include "base/text.hpp"
#include "scenario/scenario.hpp"
#include "trace/trace_facts.hpp"

namespace headroom {
namespace {

/// Of a run, the part in which requests arrive; the rest lets them end.
constexpr double kLeastOfTrace = 0.8;

void warn_of_telemetry(const Scenario& scenario, Warnings& warnings) {
  if (scenario.duration && scenario.telemetry.warmup >= *scenario.duration)
    warnings.push_back({"/telemetry/warmup_s", "no sample counts, since the run ends after " +
                                                   shortest(scenario.duration->value()) +
                                                   " s: telemetry_peak_w and max_rise_fraction are absent"});
  const TelemetryConfig& telemetry = scenario.telemetry;
  if (!telemetry.levels.empty() && telemetry.window < telemetry.period)
    warnings.push_back({"/telemetry/window_s", "is shorter than period_s (" + shortest(telemetry.window.value()) +
                                                   " of " + shortest(telemetry.period.value()) +
                                                   " s): what happens between windows is not seen"});
}

}  // namespace

Warning never_fit(std::uint64_t requests, std::uint64_t of, std::uint64_t longest_tokens,
                  std::uint64_t kv_capacity_tokens) {
  const bool one = requests == 1;
  return {"/workload", grouped(requests) + " of " + counted(of, "request") + (one ? " (" : " (the longest ") +
                           counted(longest_tokens, "token") + (one ? ") never fits" : ") never fit") +
                           " into the KV memory of an instance, which holds " + counted(kv_capacity_tokens, "token")};
}

std::optional<Warning> outlasts_trace(const Scenario& scenario, const TraceFacts& facts) {
  if (!scenario.duration || facts.last.value_or(Seconds()) <= Seconds())
    return std::nullopt;  // a burst at 0 is meant so
  const TraceConfig& trace = *scenario.workload.trace;
  const Seconds shift = trace.copies > 1 ? trace.shift : Seconds();
  const Seconds last = *facts.last * trace.time_stretch + shift;
  if (last >= *scenario.duration * kLeastOfTrace) return std::nullopt;
  return Warning{"/duration_s", "no request arrives after " + shortest(std::round(last.value())) + " s, the end of " +
                                    facts.name + ", in a run of " + shortest(scenario.duration->value()) + " s"};
}

Warnings warnings_of(const Scenario& scenario) {
  Warnings warnings;
  warn_of_telemetry(scenario, warnings);
  return warnings;
}

}  // namespace headroom
