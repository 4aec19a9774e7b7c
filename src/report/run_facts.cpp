#include "report/run_facts.hpp"

#include "base/problem.hpp"
#include "report/answer.hpp"
#include "report/decisions.hpp"
#include "report/holds.hpp"
#include "report/lookup.hpp"
#include "report/power_facts.hpp"
#include "report/series_facts.hpp"
#include "report/troubles.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostDecisions = 2'000;
constexpr std::size_t kMostFloorServers = 20'000;

/// Parts of the summary that a page shows as they are.
constexpr const char* kShown[] = {"requests",  "tokens",   "latency", "classes",   "slo",      "services",
                                  "pools",     "tenants",  "fleet",   "network",   "thermal",  "jobs",
                                  "smoothing", "grid",     "energy",  "carbon_kg", "cost_usd", "uncertainty",
                                  "checks",    "throttle", "graphs",  "workers"};

Json identity_of(const RunOutput& run) {
  Json facts = {{"name", run.name}};
  for (const char* key : {"scenario", "version", "fingerprint", "start_date"})
    facts[key] = text_at(run.summary, std::string("/") + key);
  for (const char* key : {"seed", "simulated_s"})
    if (const auto number = number_at(run.summary, std::string("/") + key)) facts[key] = *number;
  facts["description"] = text_at(run.resolved, "/description");
  facts["policy"] = text_at(run.resolved, "/policy/name");
  facts["hardware"] = text_at(run.resolved, "/hardware/name");
  facts["model"] = text_at(run.resolved, "/serving/model/name");
  facts["stack"] = text_at(run.resolved, "/serving/stack/name");
  facts["servers"] = count_at(run.resolved, "/site/servers");
  facts["has_resolved"] = !run.resolved.is_null();
  return facts;
}

Json results_of(const RunOutput& run) {
  Json results = Json::object();
  for (const char* key : kShown)
    if (const auto part = run.summary.find(key); part != run.summary.end()) results[key] = *part;
  return results;
}

/// Quantiles of latencies; null where the run has none.
Json latency_of(const RunOutput& run) {
  Json facts = Json::object();
  const auto add = [&](const std::string& name, const std::string& pointer) {
    for (const char* kind : {"ttft_s", "tbt_s", "e2e_s"})
      if (const Json* list = found(run.latency, pointer + "/" + kind))
        facts[name][kind] = numbers_of(*list, run.where("latency.json", pointer + "/" + kind));
  };
  add("all", "/all");
  for (const auto& [name, unused] : part_at(run.latency, "/classes").items())
    add(name, "/classes/" + pointer_step(name));
  return facts;
}

/// The racks of the site with their servers: what held these back, and what those took.
Json floor_of(const RunOutput& run, std::span<const RunEvent> events) {
  const auto held = held_s(events);
  Json racks = Json::array();
  std::size_t servers = 0;
  const auto site = run.site();
  for (const SiteServers& node : site) {
    const bool is_lowest =
        !node.servers.empty() && node.servers.front().find('/', node.node.size() + 1) == std::string::npos;
    if (!is_lowest || (node.node == "site" && site.size() > 1)) continue;
    Json seconds = Json::array();
    for (const auto& server : node.servers) seconds.push_back(held.contains(server) ? held.at(server) : 0.0);
    servers += node.servers.size();
    Json& rack = racks.emplace_back(Json{{"node", node.node}, {"held_s", std::move(seconds)}});
    if (const auto energy = number_at(run.summary, "/power/" + pointer_step(node.node) + "/energy_kwh"))
      rack["energy_kwh"] = *energy;
  }
  return racks.empty() || servers > kMostFloorServers ? Json() : racks;
}

}  // namespace

Json run_facts(const RunOutput& run, const RunOutput* base) {
  const auto events = events_of(run);
  Json facts = identity_of(run);
  facts["answer"] = answer_of(run, base);
  facts["tiles"] = tiles_of(run, base);
  facts["troubles"] = troubles_of(run, events);
  facts["power"] = power_facts(run, power_of(run), events);
  facts["decisions"] = decisions_of(events, kMostDecisions);
  facts["floor"] = floor_of(run, events);
  facts["series"] = series_facts(run);
  facts["heat"] = heat_facts(run);
  facts["latency"] = latency_of(run);
  facts["targets"] = part_at(run.resolved, "/slo");
  facts["results"] = results_of(run);
  facts["inputs"] = part_at(run.summary, "/inputs");
  return facts;
}

Json base_facts(const RunOutput& run) {
  Json facts = identity_of(run);
  facts["power"] = base_power_facts(run, power_of(run));
  facts["latency"] = latency_of(run);
  facts["results"] = results_of(run);
  return facts;
}

}  // namespace headroom
