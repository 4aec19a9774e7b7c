#include <algorithm>

#include "base/text.hpp"
#include "facility/site.hpp"
#include "headroom/placement.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

/// Paths of the rows, in order of the servers.
std::vector<std::string> row_paths(const Site& site) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < site.servers(); ++i)
    if (const std::string& row = site.tree().path(row_of(site, i)); rows.empty() || rows.back() != row)
      rows.push_back(row);
  return rows;
}

std::vector<std::string> names_of(const std::vector<AisleConfig>& aisles) {
  std::vector<std::string> names;
  for (const AisleConfig& aisle : aisles) names.push_back(aisle.name);
  return names;
}

void check_rows_of(const AisleConfig& aisle, const std::vector<std::string>& rows, const Scope& scope) {
  for (std::size_t i = 0; i < aisle.nodes.size(); ++i) {
    const auto is_within = [&](const auto& row) { return is_at_or_under(row, aisle.nodes[i]); };
    if (std::ranges::none_of(rows, is_within))
      scope.at(i).problem("the site has no such row, nor anything of that path that holds rows" +
                          did_you_mean(aisle.nodes[i], rows));
  }
}

/// Each row has one aisle.
void check_cover(const std::vector<AisleConfig>& aisles, const std::vector<std::string>& rows, const Scope& scope) {
  for (const std::string& row : rows) {
    std::vector<std::string> of;
    for (const AisleConfig& aisle : aisles)
      if (std::ranges::any_of(aisle.nodes, [&](const auto& node) { return is_at_or_under(row, node); }))
        of.push_back(aisle.name);
    if (of.empty()) return scope.problem("leave " + row + " without an aisle");
    if (of.size() > 1) return scope.problem("have " + row + " twice: " + join(of, ", "));
  }
}

void check_airflow(const HardwareConfig& hardware, const Scope& server) {
  if (!hardware.server.airflow.full) server.at("airflow_m3_per_s").problem("missing: /cooling/aisles need it");
}

/// What the servers of an aisle want at least, in m3/s.
double least_airflow(const AisleConfig& aisle, const Scenario& scenario, const Site& site) {
  const auto types = scenario.types();
  const FleetPlan plan = plan_fleet(scenario);
  double sum = 0;
  for (std::size_t i = 0; i < site.servers(); ++i) {
    const std::string& row = site.tree().path(row_of(site, i));
    const AirflowSpec& spec = types[plan.type_of_server[i].index()]->server.airflow;
    if (std::ranges::any_of(aisle.nodes, [&](const auto& node) { return is_at_or_under(row, node); }))
      sum += spec.full.value_or(0) * spec.idle_fraction;
  }
  return sum;
}

/// Aisles that lack air although nobody works have nobody to lower.
void check_least(const Scenario& scenario, const Site& site, const Scope& root) {
  const auto& aisles = scenario.cooling->aisles;
  for (std::size_t i = 0; i < aisles.size(); ++i) {
    if (!aisles[i].airflow) continue;
    const double least = least_airflow(aisles[i], scenario, site);
    if (*aisles[i].airflow < least)
      root.at("cooling")
          .at("aisles")
          .at(i)
          .at("airflow_m3_per_s")
          .problem("is below the " + shortest(least) + " that its servers want when they are idle");
    const auto& limits = scenario.incidents.airflow_limits;
    for (std::size_t k = 0; k < limits.size(); ++k) {
      const bool concerns =
          limits[k].aisles.empty() || std::ranges::find(limits[k].aisles, aisles[i].name) != limits[k].aisles.end();
      if (concerns && *aisles[i].airflow >= least && *aisles[i].airflow * limits[k].limit.fraction < least)
        root.at("incidents")
            .at("airflow_limits")
            .at(k)
            .at("limit_fraction")
            .problem("leaves aisle " + aisles[i].name + " less than the " + shortest(least) +
                     " m3/s that its servers want when they are idle");
    }
  }
}

void check_aisles(const Scenario& scenario, const Scope& root) {
  const auto& aisles = scenario.cooling->aisles;
  const Scope scope = root.at("cooling").at("aisles");
  const Site site(scenario.site);
  const auto rows = row_paths(site);
  const auto names = names_of(aisles);
  for (std::size_t i = 0; i < aisles.size(); ++i) {
    if (std::ranges::count(names, names[i]) > 1) scope.at(i).at("name").problem("is named twice");
    check_rows_of(aisles[i], rows, scope.at(i).at("nodes"));
  }
  if (scope.sound()) check_cover(aisles, rows, scope);
  check_airflow(scenario.hardware, root.at("hardware").at("server"));
  for (const auto& [name, type] : scenario.server_types)
    check_airflow(type.hardware, root.at("server_types").at(name).at("hardware").at("server"));
  if (scope.sound()) check_least(scenario, site, root);
}

}  // namespace

void check_air(const Scenario& scenario, const Scope& root) {
  const bool has_aisles = scenario.cooling && !scenario.cooling->aisles.empty();
  if (has_aisles) check_aisles(scenario, root);
  const auto& limits = scenario.incidents.airflow_limits;
  const Scope scope = root.at("incidents").at("airflow_limits");
  if (!has_aisles && !limits.empty()) return scope.problem("stand without /cooling/aisles, whose air they limit");
  if (!has_aisles) return;
  const auto names = names_of(scenario.cooling->aisles);
  for (std::size_t i = 0; i < limits.size(); ++i)
    for (std::size_t a = 0; a < limits[i].aisles.size(); ++a)
      if (const std::string& name = limits[i].aisles[a]; std::ranges::find(names, name) == names.end())
        scope.at(i).at("aisles").at(a).problem("there is no aisle \"" + name + "\"" + did_you_mean(name, names));
}

}  // namespace headroom
