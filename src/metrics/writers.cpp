#include "metrics/writers.hpp"

#include <array>
#include <cstdio>

#include "base/file.hpp"
#include "base/interrupt.hpp"
#include "base/output_file.hpp"
#include "base/text.hpp"
#include "config/finite_json.hpp"
#include "config/json_append.hpp"
#include "grid/grid_files.hpp"
#include "headroom/fields.hpp"

namespace headroom {
namespace {

std::string hex(std::uint64_t number) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

Json distribution(const QuantileSketch& sketch) {
  return {{"mean", sketch.mean()},
          {"p50", sketch.quantile(0.50)},
          {"p90", sketch.quantile(0.90)},
          {"p99", sketch.quantile(0.99)},
          {"max", sketch.max()}};
}

/// Calls `use(name, sketch)` for the latencies that were measured.
template <class Use>
void each_latency(const LatencyDigest& latency, Use use) {
  if (!latency.ttft.empty()) use("ttft_s", latency.ttft);
  if (!latency.tbt.empty()) use("tbt_s", latency.tbt);
  if (!latency.e2e.empty()) use("e2e_s", latency.e2e);
}

Json latency_of(const LatencyDigest& latency) {
  Json json = Json::object();
  each_latency(latency, [&](const char* name, const QuantileSketch& sketch) { json[name] = distribution(sketch); });
  return json;
}

Json slo_of(const ClassResult& result) {
  return {{"attained_fraction", static_cast<double>(result.slo_attained) / static_cast<double>(result.slo_counted)}};
}

Json rejections_of(const ClassResult& result) {
  Json json = Json::object();
  for (std::size_t i = 0; i < result.rejected_by.size(); ++i)
    json[std::string(words_of(Rejection())[i])] = result.rejected_by[i];
  return json;
}

Json class_of(const ClassResult& result) {
  Json json = {{"requests",
                {{"arrived", result.arrived},
                 {"completed", result.completed},
                 {"rejected", result.rejected},
                 {"rejected_by", rejections_of(result)},
                 {"in_flight", result.arrived - result.completed - result.rejected},
                 {"in_flight_older_than_p99", result.in_flight_older_than_p99}}},
               {"latency", latency_of(result.latency)}};
  if (result.slo_counted > 0) json["slo"] = slo_of(result);
  return json;
}

Json node_of(const NodeResult& node) {
  Json json = Json::object();
  if (node.budget) json["budget_w"] = node.budget->value();
  json["mean_w"] = node.meter.mean().value();
  json["peak_w"] = node.meter.peak().value();
  json["p99_w"] = node.meter.p99().value();
  json["energy_kwh"] = node.meter.energy().value() / 3.6e6;
  if (node.budget) json["above_budget_s"] = node.meter.above_budget().value();
  if (node.telemetry.empty()) return json;
  json["telemetry_peak_w"] = node.telemetry.peak().value();
  if (node.budget)
    for (std::size_t w = 0; w < SampleStatistics::kWindows.size(); ++w) {
      const std::string name = std::to_string(static_cast<int>(SampleStatistics::kWindows[w])) + "s";
      if (const auto rise = node.telemetry.largest_rise(w)) json["max_rise_fraction"][name] = *rise / *node.budget;
    }
  return json;
}

Json powers_of(const std::vector<NodeResult>& nodes) {
  Json json = Json::object();
  for (const NodeResult& node : nodes) append(json, node.path, node_of(node));
  return json;
}

Json warnings_of(const Warnings& warnings) {
  Json json = Json::array();
  for (const Warning& warning : warnings) json.push_back({{"where", warning.where}, {"what", warning.what}});
  return json;
}

Json energy_of(const Report& report) {
  Json json = {{"it_kwh", report.it_energy.value() / 3.6e6}, {"facility_kwh", report.facility_energy.value() / 3.6e6}};
  if (report.all.completed > 0)
    json["per_request_wh"] = report.facility_energy.value() / 3600 / static_cast<double>(report.all.completed);
  if (report.output_tokens > 0)
    json["per_output_token_j"] = report.facility_energy.value() / static_cast<double>(report.output_tokens);
  return json;
}

Json temperatures_of(const TemperatureDigest& digest) {
  return {{"mean", digest.mean()}, {"max", digest.max()}};
}

Json zone_of(const ThermalZone& zone) {
  Json json = {{"inlet_c", temperatures_of(zone.inlet)}, {"gpu_c", temperatures_of(zone.gpu)}};
  json["gpu_c"]["p99"] = zone.gpu.quantile(0.99);
  json["throttles"] = zone.throttles;
  json["throttled_server_s"] = zone.throttled_server_s;
  return json;
}

Json thermal_of(const ThermalResult& thermal) {
  Json json = {{"outside_c", temperatures_of(thermal.outside)}};
  json.update(zone_of(thermal.site));
  for (const auto& [path, zone] : thermal.zones) json["zones"][path] = zone_of(zone);
  return json;
}

double kwh(Energy energy) {
  return energy.value() / 3.6e6;
}

Json jobs_of(const TrainingResult& training) {
  Json json = Json::object();
  for (const JobResult& job : training.jobs) {
    Json entry = {{"gpus", job.gpus}, {"servers", job.servers}, {"submitted_s", job.submitted_s}};
    if (job.started_s) entry["started_s"] = *job.started_s;
    if (job.ended_s) entry["ended_s"] = *job.ended_s;
    entry["energy_kwh"] = kwh(Energy(job.energy_j));
    append(json, job.name, std::move(entry));
  }
  return json;
}

/// Energies at the GPUs, but for what is stored and lost, which is at the racks.
Json smoothing_of(const TrainingResult& training) {
  const SmoothingBooks& gpu = training.gpu;
  const Energy useful = gpu.demand - gpu.unserved;
  Json json = {{"useful_kwh", kwh(useful)},
               {"burned_kwh", kwh(gpu.burned)},
               {"burned_fraction", useful > Energy() ? gpu.burned / useful : 0.0},
               {"lost_work_fraction", gpu.demand > Energy() ? gpu.unserved / gpu.demand : 0.0},
               {"stored_kwh", kwh(training.rack.stored)},
               {"lost_kwh", kwh(training.rack.lost)},
               {"drawn_kwh", kwh(gpu.drawn + training.rack.drawn - training.rack.demand)}};
  if (!training.storage) return json;
  json["storage_used_j_per_gpu"] = training.storage->used.value();
  json["storage_peak_charge_w_per_gpu"] = training.storage->peak_charge.value();
  json["storage_peak_discharge_w_per_gpu"] = training.storage->peak_discharge.value();
  if (training.storage->lowest_charge_fraction)
    json["storage_lowest_charge_fraction"] = *training.storage->lowest_charge_fraction;
  if (training.storage->highest_charge_fraction)
    json["storage_highest_charge_fraction"] = *training.storage->highest_charge_fraction;
  return json;
}

Json host_of(const Report& report, const HostUsage& host) {
  Json json = {{"wall_s", host.wall_s}};
  if (host.wall_s > 0) {
    json["requests_per_s"] = static_cast<double>(report.all.arrived) / host.wall_s;
    json["events_per_s"] = static_cast<double>(report.events_handled) / host.wall_s;
  }
  json["peak_rss_mib"] = host.peak_rss_mib;
  return json;
}

Json series_of(const NodeResult& node) {
  const auto values = node.meter.series().values();
  Json json = Json::object();
  if (node.budget) json["budget_w"] = node.budget->value();
  json["mean_w"] = values.mean_w;
  json["max_w"] = values.max_w;
  json["min_w"] = values.min_w;
  return json;
}

Json quantiles_of(const LatencyDigest& latency) {
  constexpr int kQuantiles = 200;
  Json json = Json::object();
  each_latency(latency, [&](const char* name, const QuantileSketch& sketch) {
    Json values = Json::array();
    for (int i = 0; i < kQuantiles; ++i) values.push_back(sketch.quantile((i + 0.5) / kQuantiles));
    json[name] = std::move(values);
  });
  return json;
}

Json event_of(const EventRecord& event, const EventTexts& texts) {
  Json json = {{"time_s", event.time_s}};
  if (is_decision(event.type)) {
    json["decided_s"] = event.time_s;
    json["effective_s"] = event.effective_s;
  }
  json["kind"] = word_of(event.type);
  json["target"] = texts[event.target];
  json["cause"] = texts[event.cause];
  if (event.type == EventType::clock_lock) json["clock_mhz"] = event.value / 1e6;
  if (event.type == EventType::power_cap || event.type == EventType::thermal_throttle ||
      event.type == EventType::overload)
    json["power_w"] = event.value;
  if (event.duration_s >= 0) json["duration_s"] = event.duration_s;
  return json;
}

}  // namespace

Json inputs_json(std::span<const InputRecord> inputs) {
  Json json = Json::array();
  for (const InputRecord& input : inputs)
    json.push_back({{"pointer", input.pointer},
                    {"file", printable(input.file)},
                    {"bytes", input.bytes},
                    {"hash", hex(input.hash)}});
  return json;
}

void write_summary(const Report& report, const HostUsage& host, const std::filesystem::path& file) {
  Json json = {{"format", 1},
               {"scenario", report.scenario},
               {"seed", report.seed},
               {"version", report.version},
               {"fingerprint", hex(report.fingerprint)},
               {"simulated_s", report.simulated_s}};
  json["warnings"] = warnings_of(report.warnings);
  json["inputs"] = inputs_json(report.inputs);
  json["requests"] = {
      {"arrived", report.all.arrived},    {"completed", report.all.completed},
      {"rejected", report.all.rejected},  {"rejected_by", rejections_of(report.all)},
      {"in_flight", report.in_flight},    {"in_flight_older_than_p99", report.all.in_flight_older_than_p99},
      {"preemptions", report.preemptions}};
  json["tokens"] = {{"input", report.input_tokens}, {"output", report.output_tokens}};
  json["latency"] = latency_of(report.all.latency);
  json["classes"] = Json::object();
  for (const auto& [name, result] : report.classes) json["classes"][name] = class_of(result);
  if (report.all.slo_counted > 0) json["slo"] = slo_of(report.all);
  if (!report.nodes.empty()) json["power"] = powers_of(report.nodes);
  json["throttle"] = {{"clock_locks", report.throttle.clock_locks},
                      {"cap_events", report.throttle.cap_events},
                      {"brakes", report.throttle.brakes},
                      {"trips", report.throttle.trips},
                      {"throttled_server_s", report.throttle.throttled_server_s}};
  if (report.thermal) {
    json["throttle"]["thermal_throttles"] = report.thermal->site.throttles;
    json["thermal"] = thermal_of(*report.thermal);
  }
  if (report.training) {
    json["jobs"] = jobs_of(*report.training);
    json["smoothing"] = smoothing_of(*report.training);
  }
  if (!report.grid.empty()) json["grid"] = grid_json(report.grid);
  json["energy"] = energy_of(report);
  if (report.carbon_kg) json["carbon_kg"] = *report.carbon_kg;
  if (report.cost_usd) json["cost_usd"] = *report.cost_usd;
  json["checks"] = {{"energy_residual", report.energy_residual},
                    {"tokens_residual", report.tokens_residual},
                    {"requests_residual", report.requests_residual},
                    {"kv_residual", report.kv_residual}};
  json["host"] = host_of(report, host);
  write_file(file, finite_text(json, "summary.json: ", 2) + "\n");
}

/// Node by node: a large site has many long series.
void write_power(const Report& report, const std::filesystem::path& file) {
  OutputFile out(file);
  const Seconds bin = report.nodes.empty() ? Seconds() : report.nodes.front().meter.series().bin();
  out << R"({"format":1,"start_s":0.0,"bin_s":)" << Json(bin.value()).dump() << R"(,"nodes":{)";
  const char* separator = "";
  for (const auto& node : report.nodes) {
    stop_if_interrupted();
    out << separator << Json(node.path).dump() << ':'
        << finite_text(series_of(node), "power.json: /nodes/" + pointer_step(node.path));
    separator = ",";
  }
  out << "}}\n";
  out.close();
}

void write_latency(const Report& report, const std::filesystem::path& file) {
  Json json = {
      {"format", 1}, {"quantiles", 200}, {"all", quantiles_of(report.all.latency)}, {"classes", Json::object()}};
  for (const auto& [name, result] : report.classes) json["classes"][name] = quantiles_of(result.latency);
  write_file(file, finite_text(json, "latency.json: ") + "\n");
}

/// Record by record: a long run has millions.
void write_events(const Report& report, const std::filesystem::path& file) {
  OutputFile out(file);
  out << "{\"events\": [";
  const char* separator = "\n";
  for (const auto& event : report.events) {
    out << separator << finite_text(event_of(event, report.texts), "events.json: /events");
    separator = ",\n";
  }
  out << "\n]}\n";
  out.close();
}

}  // namespace headroom
