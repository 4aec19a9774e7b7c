#include "metrics/writers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/file.hpp"
#include "base/problem.hpp"
#include "config/json.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

/// A report with something of everything.
Report full_report() {
  Report report;
  report.scenario = "s";
  report.version = "1.2.3";
  report.seed = 7;
  report.fingerprint = 0xabc;
  report.simulated_s = 10;
  report.all.arrived = 4;
  report.all.completed = 2;
  report.all.rejected = 1;
  report.all.slo_counted = 3;
  report.all.slo_attained = 2;
  report.in_flight = 1;
  report.input_tokens = 100;
  report.output_tokens = 20;
  for (const double value : {1.0, 2.0}) {
    report.all.latency.ttft.add(value);
    report.all.latency.tbt.add(value / 10);
    report.all.latency.e2e.add(value * 3);
  }
  report.classes["high"] = report.all;
  report.it_energy = Energy(3.6e6);
  report.facility_energy = Energy(7.2e6);
  report.carbon_kg = 0.5;
  report.cost_usd = 0.25;
  report.throttle = {1, 2, 3, 4, 5.5};
  Meter row(Power(100), Seconds(2), true);
  row.change(Power(50), Seconds(0));
  row.settle(Seconds(10));
  SampleStatistics samples;
  samples.add(Power(40), Seconds(2));
  samples.add(Power(50), Seconds(4));
  report.nodes.push_back({"row0", Power(100), row, samples});
  report.nodes.push_back({"row0/rack0", std::nullopt, row, {}});
  EventTexts& texts = report.texts;
  EventRecord lock{.time_s = 4, .effective_s = 44, .duration_s = 6, .value = 1275, .is_decision = true};
  lock.kind = texts.add("clock_lock");
  lock.target = texts.add("row0/rack0/server0");
  lock.cause = texts.add("polca: row0 at 0.81");
  lock.value_name = texts.add("clock_mhz");
  report.events.push_back(lock);
  EventRecord trip{.time_s = 5};
  trip.kind = texts.add("trip");
  trip.target = texts.add("row0");
  trip.cause = texts.add("overload");
  report.events.push_back(trip);
  return report;
}

Json written(void (*write)(const Report&, const std::filesystem::path&), const Report& report) {
  const test::TemporaryFolder folder;
  write(report, folder.path("f.json"));
  return parse_json_file(folder.path("f.json"));
}

Json summary_of(const Report& report) {
  const test::TemporaryFolder folder;
  write_summary(report, folder.path("f.json"));
  return parse_json_file(folder.path("f.json"));
}

TEST(Summary, HasTheKeysOfTheContract) {
  const Json summary = summary_of(full_report());
  for (const char* pointer : {"/format",
                              "/scenario",
                              "/seed",
                              "/version",
                              "/fingerprint",
                              "/simulated_s",
                              "/requests/arrived",
                              "/requests/completed",
                              "/requests/rejected",
                              "/requests/in_flight",
                              "/tokens/input",
                              "/tokens/output",
                              "/tokens/recomputed",
                              "/latency/ttft_s/mean",
                              "/latency/ttft_s/p50",
                              "/latency/tbt_s/p90",
                              "/latency/e2e_s/p99",
                              "/latency/e2e_s/max",
                              "/classes/high/latency/ttft_s/p50",
                              "/classes/high/slo/attained_fraction",
                              "/slo/attained_fraction",
                              "/power/row0/budget_w",
                              "/power/row0/mean_w",
                              "/power/row0/peak_w",
                              "/power/row0/p99_w",
                              "/power/row0/energy_kwh",
                              "/power/row0/above_budget_s",
                              "/power/row0/telemetry_peak_w",
                              "/power/row0/max_rise_fraction/2s",
                              "/power/row0/max_rise_fraction/5s",
                              "/power/row0/max_rise_fraction/40s",
                              "/power/row0~1rack0/mean_w",
                              "/throttle/clock_locks",
                              "/throttle/cap_events",
                              "/throttle/brakes",
                              "/throttle/trips",
                              "/throttle/throttled_server_s",
                              "/energy/it_kwh",
                              "/energy/facility_kwh",
                              "/energy/per_request_wh",
                              "/energy/per_output_token_j",
                              "/carbon_kg",
                              "/cost_usd",
                              "/checks/energy_residual",
                              "/checks/tokens_residual",
                              "/checks/requests_residual",
                              "/checks/kv_residual"})
    EXPECT_TRUE(summary.contains(Json::json_pointer(pointer))) << pointer;
}

TEST(Summary, HoldsTheNumbersOfTheReport) {
  const Json summary = summary_of(full_report());
  EXPECT_EQ(summary["fingerprint"], "0000000000000abc");
  EXPECT_EQ(summary["energy"]["it_kwh"], 1.0);
  EXPECT_EQ(summary["energy"]["facility_kwh"], 2.0);
  EXPECT_EQ(summary["energy"]["per_request_wh"], 1000.0);        // 2 kWh for 2 requests
  EXPECT_EQ(summary["energy"]["per_output_token_j"], 360000.0);  // 7.2 MJ for 20 tokens
  EXPECT_EQ(summary["latency"]["e2e_s"]["mean"], 4.5);
  EXPECT_DOUBLE_EQ(summary["slo"]["attained_fraction"].get<double>(), 2.0 / 3);
  EXPECT_EQ(summary["power"]["row0"]["max_rise_fraction"]["2s"], 0.1);
}

TEST(HostFile, SaysWhatTheExecutionTook) {
  const test::TemporaryFolder folder;
  write_host(full_report(), {2.0, 30.0 * 0x1.0p20}, folder.path("f.json"));
  const Json host = parse_json_file(folder.path("f.json"));
  EXPECT_EQ(host["requests_per_s"], 2.0);  // 4 in 2 s
  EXPECT_EQ(host["peak_rss_mib"], 30.0);
  EXPECT_FALSE(summary_of(full_report()).contains("host"));
}

TEST(Summary, LeavesOutWhatDoesNotApply) {
  const Json summary = summary_of(Report());
  for (const char* key : {"slo", "carbon_kg", "cost_usd"}) EXPECT_FALSE(summary.contains(key)) << key;
  EXPECT_TRUE(summary["latency"].empty());
  EXPECT_FALSE(summary["energy"].contains("per_request_wh"));
  const Json rack = summary_of(full_report())["power"]["row0/rack0"];
  for (const char* key : {"budget_w", "above_budget_s", "telemetry_peak_w", "max_rise_fraction"})
    EXPECT_FALSE(rack.contains(key)) << key;
}

/// Every value of a JSON document is there, and every number finite.
void expect_whole(const Json& json) {
  if (json.is_structured())
    for (const auto& child : json) expect_whole(child);
  EXPECT_FALSE(json.is_null());
}

TEST(Writers, RefuseWhatIsNoFiniteNumber) {
  Report report = full_report();
  report.energy_residual = std::numeric_limits<double>::quiet_NaN();
  const test::TemporaryFolder folder;
  try {
    write_summary(report, folder.path("f.json"));
    ADD_FAILURE() << "was written";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().where, "summary.json: /checks/energy_residual");
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path("f.json")));
}

TEST(Writers, WriteNoNull) {
  for (const Report& report : {full_report(), Report()}) {
    expect_whole(summary_of(report));
    for (auto* write : {write_power, write_latency, write_events}) expect_whole(written(write, report));
  }
}

TEST(Power, HasTheSeriesOfEachNode) {
  const Json power = written(write_power, full_report());
  EXPECT_EQ(power["format"], 1);
  EXPECT_EQ(power["start_s"], 0);
  EXPECT_EQ(power["bin_s"], 2);
  const Json node = Json::parse(R"({"budget_w": 100.0, "trips_s": [5.0], "mean_w": [50.0, 50.0, 50.0, 50.0, 50.0],
      "max_w": [50.0, 50.0, 50.0, 50.0, 50.0], "min_w": [50.0, 50.0, 50.0, 50.0, 50.0]})");
  EXPECT_EQ(power["nodes"]["row0"], node);
  EXPECT_FALSE(power["nodes"]["row0/rack0"].contains("budget_w"));
}

TEST(Latency, Has200QuantilesOfEach) {
  const Json latency = written(write_latency, full_report());
  for (const char* name : {"ttft_s", "tbt_s", "e2e_s"}) {
    EXPECT_EQ(latency["all"][name].size(), 200u);
    EXPECT_EQ(latency["classes"]["high"][name].size(), 200u);
  }
  EXPECT_NEAR(latency["all"]["ttft_s"][0].get<double>(), 1.0, 0.001);
  EXPECT_NEAR(latency["all"]["ttft_s"][199].get<double>(), 2.0, 0.002);
}

TEST(Events, SayWhatAppliesToThem) {
  const Json events = written(write_events, full_report())["events"];
  EXPECT_EQ(events[0], Json::parse(R"({"time_s": 4.0, "decided_s": 4.0, "effective_s": 44.0, "kind": "clock_lock",
      "target": "row0/rack0/server0", "cause": "polca: row0 at 0.81", "clock_mhz": 1275.0, "duration_s": 6.0})"));
  EXPECT_EQ(events[1], Json::parse(R"({"time_s": 5.0, "kind": "trip", "target": "row0", "cause": "overload"})"));
  EXPECT_TRUE(written(write_events, Report())["events"].is_array());
}

TEST(Events, AreOneRecordADecision) {
  Report report = full_report();
  EventRecord second = report.events.front();
  second.target = report.texts.add("row0/rack0/server1");
  report.events.insert(report.events.begin() + 1, second);
  Json first = written(write_events, report)["events"][0];
  EXPECT_EQ(first["count"], 2);
  EXPECT_EQ(first["paths"], Json({"row0/rack0/server0", "row0/rack0/server1"}));
  EXPECT_EQ(first["duration_s"], 6.0);
  EXPECT_FALSE(first.contains("target"));
  report.events[1].duration_s = 7;
  first = written(write_events, report)["events"][0];
  EXPECT_EQ(first["durations_s"], Json({6.0, 7.0}));
  EXPECT_FALSE(first.contains("duration_s"));
  report.events[1].duration_s = -1;  // it never landed there
  EXPECT_EQ(written(write_events, report)["events"].size(), 3u);
}

TEST(Writers, SayThatAFileCannotBeWritten) {
  EXPECT_THROW(write_file("/nonexistent/f.json", "text"), std::runtime_error);
}

}  // namespace
}  // namespace headroom
