#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "grid/grid_check.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "metrics/class_result.hpp"
#include "metrics/event_record.hpp"
#include "metrics/fleet_result.hpp"
#include "metrics/graph_result.hpp"
#include "metrics/images_result.hpp"
#include "metrics/input_record.hpp"
#include "metrics/instance_place.hpp"
#include "metrics/network_result.hpp"
#include "metrics/node_result.hpp"
#include "metrics/pool_result.hpp"
#include "metrics/prefix_result.hpp"
#include "metrics/query_energy_result.hpp"
#include "metrics/reuse_result.hpp"
#include "metrics/series_result.hpp"
#include "metrics/service_result.hpp"
#include "metrics/tenant_result.hpp"
#include "metrics/thermal_result.hpp"
#include "metrics/training_result.hpp"
#include "metrics/uncertainty_result.hpp"
#include "metrics/vms_result.hpp"

namespace headroom {

/// What rounding may leave of a sum that is conserved, as a fraction of it.
constexpr double kLargestResidual = 1e-9;

struct Throttling {
  std::uint64_t clock_locks = 0;  ///< times a controller locked clocks, however many servers at once
  std::uint64_t cap_events = 0;
  std::uint64_t brakes = 0;
  std::uint64_t trips = 0;
  double throttled_server_s = 0;  ///< time under a lock, a cap or the brake, summed over servers

  void fields(Fields& f) const {
    f("clock_locks", clock_locks, "decisions of controllers to lock clocks, however many servers each concerns");
    f("cap_events", cap_events, "the same for power caps");
    f("brakes", brakes, "the same for the power brake");
    f("trips", trips, "protection devices that tripped");
    f("throttled_server_s", throttled_server_s,
      "time under a lock, cap or brake that has landed, summed over servers; a server under two of them counts once");
  }
};

/// All that a run has to say, before it is written.
struct Report {
  std::string scenario;
  std::string version;
  std::uint64_t seed = 0;
  std::uint64_t fingerprint = 0;
  double simulated_s = 0;
  std::optional<std::string> start_date;  ///< of time 0, as traces write dates

  std::uint64_t in_flight = 0;
  std::uint64_t input_tokens = 0;       ///< of completed requests
  std::uint64_t output_tokens = 0;      ///< produced
  std::uint64_t recomputed_tokens = 0;  ///< prefilled or generated, to be prefilled again
  std::uint64_t preemptions = 0;
  ClassResult all;
  std::map<std::string, ClassResult> classes;  ///< by priority, and by type where there are types

  std::vector<NodeResult> nodes;
  std::optional<double> max_row_5min_fraction;  ///< of scenarios with cooling
  std::vector<GridNode> grid_power;             ///< samples of the nodes that are checked as a utility would
  std::vector<GridResult> grid;                 ///< and what the check says
  Throttling throttle;
  std::optional<ThermalResult> thermal;      ///< of runs with cooling
  std::optional<NetworkResult> network;      ///< of scenarios with a network
  std::optional<PrefixResult> prefix_cache;  ///< of scenarios with prefix caches
  FleetResult fleet;
  std::map<std::string, ServiceResult> services;  ///< of scenarios that name them
  std::map<std::string, PoolResult> pools;        ///< of scenarios with services
  std::optional<TrainingResult> training;         ///< of runs with jobs
  std::vector<TenantResult> tenants;
  std::optional<VmsResult> vms;        ///< of scenarios with virtual machines
  std::vector<GraphResult> graphs;     ///< of scenarios with job graphs
  std::optional<ReuseResult> reuse;    ///< of scenarios with the planner `kv_reuse`
  std::optional<ImagesResult> images;  ///< of scenarios whose services take images
  std::vector<WorkerResult> workers;   ///< of scenarios with either
  Warnings warnings;
  std::vector<InputRecord> inputs;  ///< the files that the scenario names
  std::vector<EventRecord> events;
  EventTexts texts;  ///< of the events
  SeriesResult series;
  std::vector<InstancePlace> instances;  ///< all there have been

  std::optional<UncertaintyResult> uncertainty;   ///< of runs that were asked for it
  std::optional<QueryEnergyResult> query_energy;  ///< of scenarios that ask for it

  Energy it_energy{};
  Energy facility_energy{};
  std::optional<Energy> gpu_energy;   ///< of the servers that pools hold
  std::optional<Energy> core_energy;  ///< of instances on CPU cores, where a service uses such
  std::optional<double> carbon_kg, cost_usd, gpu_carbon_kg;

  double energy_residual = 0, tokens_residual = 0, requests_residual = 0, kv_residual = 0;
  std::optional<double> bytes_residual;         ///< of scenarios with a network
  std::optional<double> query_energy_residual;  ///< of scenarios with query_energy
  std::uint64_t events_handled = 0;

  /// Whether energy, tokens, requests, KV memory and its bytes under way are conserved; false for a residual that is no
  /// number, too.
  [[nodiscard]] bool balances() const {
    const auto fine = [](double residual) { return residual < kLargestResidual; };
    return fine(energy_residual) && fine(tokens_residual) && fine(requests_residual) && fine(kv_residual) &&
           fine(bytes_residual.value_or(0)) && fine(query_energy_residual.value_or(0)) &&
           fine(images ? images->residual() : 0) && fine(reuse ? reuse->residual() : 0);
  }

  void fields(Fields& f) const {
    identity_fields(f);
    request_fields(f);
    f.named("power", by_name(nodes, &NodeResult::path),
            "of the metered nodes: by default the site and all levels above the servers; `/output/power/nodes` selects "
            "others",
            [this](Fields& of_all) {
              of_all("max_row_5min_fraction", max_row_5min_fraction, "the largest `max_5min_fraction` of the rows");
            });
    f.group("throttle", "what held servers back", [this](Fields& limits) {
      limits.part(throttle);
      limits("thermal_throttles", thermal ? std::optional(thermal->site.throttles) : std::nullopt,
             "`/thermal/throttles` again; their time is not in `throttled_server_s`");
    });
    f("fleet", fleet, "how the fleet changed");
    f("network", network, "of scenarios with a `network`: the KV caches and images that travelled");
    f("prefix_cache", prefix_cache, "of scenarios with a `prefix_cache`: what instances kept of prompts, for others");
    f("services", services, "of scenarios with `services`, by name");
    f("pools", pools, "of scenarios with services: the GPUs of each pool");
    f("tenants", by_name(tenants, &TenantResult::name), "of scenarios with tenants, by name");
    f("vms", vms, "of scenarios with virtual machines that are placed");
    f("graphs", by_name(graphs, &GraphResult::name), "of scenarios with job graphs, by stream");
    f("workers", by_name(workers, &WorkerResult::pool), "of scenarios with job graphs or images, by pool");
    f("images", images, "of scenarios whose services take `images`");
    f("kv_reuse", reuse, "of scenarios with a planner `kv_reuse`: what models took over of the KV caches of others");
    f("thermal", thermal, "of scenarios with `cooling`; of the whole site but for `zones`");
    f.required("jobs", training ? std::optional(by_name(training->jobs, &JobResult::name)) : std::nullopt,
               "of scenarios with training jobs");
    f("smoothing", training,
      "of scenarios with training jobs: from `/grid/warmup_s` on, of a job with a storage not before its window has "
      "passed since the job's start; where jobs differ, storage values are the largest");
    f("grid", by_name(grid, &GridResult::path),
      "of scenarios with `grid`: each node at `/grid/nodes`, as [grid checks](training.md#grid-checks) see it");
    energy_fields(f);
    f("query_energy", query_energy, "of scenarios with `query_energy`: what requests took, and where it went");
    f("uncertainty", uncertainty, "of runs with `--uncertainty`: the same over draws of the models' errors");
    f.group("checks",
            "relative residuals of the books: more than rounding (1e-9) is a fault of the program, please report it",
            [this](Fields& checks) { check_fields(checks); });
  }

 private:
  void identity_fields(Fields& f) const {
    f("format", std::uint64_t{1}, "it changes when a key changes its meaning");
    f("scenario", scenario, "the scenario's `/name`, not its path");
    f("seed", seed, "of its random numbers");
    f("version", version, "the program's");
    f("fingerprint", hex(fingerprint),
      "64-bit hash over date, kind and target of every event handled, in order. Runs that differ in it went different "
      "ways; one that is equal does not prove equal powers");
    f("simulated_s", simulated_s, "end of the run: `/duration_s`, or without it the date when the last request left");
    f("start_date", start_date,
      "date and time of second 0, where the trace has dates and is played at its own pace: in UTC if they have zones");
    f.required("warnings", warnings,
               "what the user should know although the run went on; also on stderr. `--strict` makes them errors, exit "
               "code 2");
    f.required("inputs", inputs,
               "the files that the scenario names by path; a folder has an entry for each of its files. A file that "
               "changes while the run goes on ends it with exit code 2");
  }

  void request_fields(Fields& f) const {
    f.group("requests", "of all classes together", [this](Fields& requests) {
      all.count_fields(requests, in_flight);
      requests("preemptions", preemptions, "times, not requests");
    });
    f.group("tokens", "of all classes together", [this](Fields& tokens) {
      tokens("input", input_tokens, "prompt tokens of completed requests");
      tokens("output", output_tokens,
             "all tokens produced, also by requests that were lost later or are still in flight");
      tokens(
          "recomputed", recomputed_tokens,
          "tokens that lost their place in the KV cache and are prefilled again where the request is taken up: of each "
          "pre-emption or hand-over of a running request, its prompt and what it had generated; of one that was still "
          "in prefill, what had been prefilled");
    });
    f.required("latency", all.latency, "of all classes together");
    f.required(
        "classes", classes,
        "by priority (`high`, `low`) and by type where requests have types. Rows overlap: a request counts under "
        "its priority and under its type, so they do not add up to the total");
    all.slo_fields(f);
  }

  void energy_fields(Fields& f) const {
    f.group("energy", "of the whole run", [this](Fields& energy) {
      energy("it_kwh", it_energy, "sum over the servers, at their inlets");
      energy("facility_kwh", facility_energy,
             "the site: servers and the losses of the power tree. The power of cooling is not modelled");
      energy(
          "gpu_kwh", gpu_energy,
          "GPUs of the servers that pools hold, used or not, and of the instances of pools that count them; `/pools` "
          "has its parts");
      energy("cpu_kwh", core_energy,
             "of instances on CPU cores, beside an idle host, where a service uses such: a part of `it_kwh`");
      energy("per_request_wh", per_one(facility_energy.value() / 3600, all.completed),
             "facility energy over completed requests, which thus pay for idle time and for requests that did not "
             "complete");
      energy("per_output_token_j", per_one(facility_energy.value(), output_tokens),
             "facility energy over `/tokens/output`");
    });
    f("carbon_kg", carbon_kg,
      "facility energy times the scenario's `/prices`, [over time](output.md#prices-over-time) with `curve`; where "
      "they say it");
    f("cost_usd", cost_usd, "the same");
    f("gpu_carbon_kg", gpu_carbon_kg, "as `/carbon_kg`, of `/energy/gpu_kwh`");
  }

  void check_fields(Fields& f) const {
    f("energy_residual", energy_residual,
      "the largest of: site against servers plus losses; the site's meter against the power tree; energy of "
      "GPUs and CPU cores by instances against that of their servers");
    f("tokens_residual", tokens_residual,
      "tokens that instances produced, against those of completed, in-flight and lost requests");
    f("requests_residual", requests_residual,
      "arrived requests, against those completed, rejected and held by instances at the end");
    f("kv_residual", kv_residual,
      "KV tokens counted step by step, against those of the running sequences counted anew");
    f("images_residual", images ? std::optional(images->residual()) : std::nullopt,
      "of scenarios with images: those that came, against those encoded, dropped and left");
    f("artefacts_residual", reuse ? std::optional(reuse->residual()) : std::nullopt,
      "of scenarios with a planner `kv_reuse`: bytes that were kept for others, against those dropped and those left");
    f("bytes_residual", bytes_residual,
      "of scenarios with a `network`: bytes sent, against those that arrived, were cut, or are under way");
    f("query_energy_residual", query_energy_residual,
      "of scenarios with `query_energy`: the facility energy against parts of servers, what others took, and what the "
      "nodes of the power tree lost, each measured by itself");
  }
};

/// What this execution took; the only part of the output that differs between equal runs.
struct HostUsage {
  double wall_s = 0;
  double peak_rss_bytes = 0;
};

}  // namespace headroom
