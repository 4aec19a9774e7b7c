#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.hpp"
#include "base/quantile_sketch.hpp"
#include "grid/grid_check.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "metrics/event_record.hpp"
#include "metrics/input_record.hpp"
#include "metrics/meter.hpp"
#include "metrics/thermal_result.hpp"
#include "metrics/training_result.hpp"

namespace headroom {

/// What rounding may leave of a sum that is conserved, as a fraction of it.
constexpr double kLargestResidual = 1e-9;

/// Latencies of a set of requests, in seconds.
struct LatencyDigest {
  QuantileSketch ttft;  ///< arrival to first token
  QuantileSketch tbt;   ///< between tokens of a request, each token on its own
  QuantileSketch e2e;   ///< arrival to last token

  void merge(const LatencyDigest& other) {
    ttft.merge(other.ttft);
    tbt.merge(other.tbt);
    e2e.merge(other.e2e);
  }
};

/// Absolute latency targets; a request attains its SLO where it keeps all that are given. TBT counts as the request's
/// mean.
struct SloTargets {
  std::optional<Seconds> ttft, tbt, e2e;

  void fields(Fields& f) {
    f("ttft_s", ttft, "arrival to first token", Range::period());
    f("tbt_s", tbt, "mean time between the tokens of a request", Range::period());
    f("e2e_s", e2e, "arrival to last token", Range::period());
  }
};

/// Why a request was not served: it can never fit into the KV memory of an instance, the queue of the instance that the
/// router chose is full, that instance is down or the router chose none, the router chose none although some are up,
/// or the power of its server was cut.
enum class Rejection : std::uint8_t { too_long, queue_full, no_instance, router, lost };
constexpr std::array<std::string_view, 5> words_of(Rejection) {
  return {"too_long", "queue_full", "no_instance", "router", "lost"};
}

/// Requests of one class.
struct ClassResult {
  LatencyDigest latency;
  std::uint64_t arrived = 0;
  std::uint64_t completed = 0;
  std::uint64_t rejected = 0;
  std::array<std::uint64_t, words_of(Rejection()).size()> rejected_by{};
  std::uint64_t in_flight_older_than_p99 = 0;  ///< at the end, than the p99 of e2e of those completed
  std::uint64_t slo_counted = 0;  ///< of classes that have targets: completed, rejected, or late in flight at the end
  std::uint64_t slo_attained = 0;

  void merge(const ClassResult& other) {
    latency.merge(other.latency);
    arrived += other.arrived;
    completed += other.completed;
    rejected += other.rejected;
    for (std::size_t i = 0; i < rejected_by.size(); ++i) rejected_by[i] += other.rejected_by[i];
    slo_counted += other.slo_counted;
    slo_attained += other.slo_attained;
  }
};

struct NodeResult {
  std::string path;
  std::optional<Power> budget;
  Meter meter;
  SampleStatistics telemetry;
};

struct Throttling {
  std::uint64_t clock_locks = 0;  ///< times a controller locked clocks, however many servers at once
  std::uint64_t cap_events = 0;
  std::uint64_t brakes = 0;
  std::uint64_t trips = 0;
  double throttled_server_s = 0;  ///< time under a lock, a cap or the brake, summed over servers
};

/// All that a run has to say, before it is written.
struct Report {
  std::string scenario;
  std::string version;
  std::uint64_t seed = 0;
  std::uint64_t fingerprint = 0;
  double simulated_s = 0;

  std::uint64_t in_flight = 0;
  std::uint64_t input_tokens = 0;   ///< of completed requests
  std::uint64_t output_tokens = 0;  ///< produced
  std::uint64_t preemptions = 0;
  ClassResult all;
  std::map<std::string, ClassResult> classes;  ///< by priority, and by type where there are types

  std::vector<NodeResult> nodes;
  std::vector<GridNode> grid_power;  ///< samples of the nodes that are checked as a utility would
  std::vector<GridResult> grid;      ///< and what the check says
  Throttling throttle;
  std::optional<ThermalResult> thermal;    ///< of runs with cooling
  std::optional<TrainingResult> training;  ///< of runs with jobs
  Warnings warnings;
  std::vector<InputRecord> inputs;  ///< the files that the scenario names
  std::vector<EventRecord> events;
  EventTexts texts;  ///< of the events

  Energy it_energy{};
  Energy facility_energy{};
  std::optional<double> carbon_kg, cost_usd;

  double energy_residual = 0, tokens_residual = 0, requests_residual = 0, kv_residual = 0;
  std::uint64_t events_handled = 0;

  /// Whether energy, tokens, requests and KV memory are conserved; false for a residual that is no number, too.
  [[nodiscard]] bool balances() const {
    const auto fine = [](double residual) { return residual < kLargestResidual; };
    return fine(energy_residual) && fine(tokens_residual) && fine(requests_residual) && fine(kv_residual);
  }
};

/// What this execution took; the only part of the output that differs between equal runs.
struct HostUsage {
  double wall_s = 0;
  double peak_rss_mib = 0;
};

}  // namespace headroom
