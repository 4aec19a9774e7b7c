#include "scenario/incident_config.hpp"

namespace headroom {

void EvictionConfig::fields(Fields& f) {
  f.required("nodes", nodes, "what holds the servers, by path: row1, row0/rack2, row0/rack2/server1");
  f.required("at_s", at, "when notice is given", Range::delay());
  f("notice_s", notice, "time until they have no power, in which their instances drain", Range::delay());
}

void EvictionConfig::check(const Scope& scope) const {
  if (nodes.empty()) scope.at("nodes").problem("must name a node");
}

void LimitTime::fields(Fields& f) {
  f.required("at_s", at, "when it begins", Range::delay());
  f.required("duration_s", duration, "how long it lasts", Range::period());
  f.required("limit_fraction", fraction, "what is left; of several at a time the lowest holds",
             Range::between(0.01, 1));
}

void PowerLimitConfig::fields(Fields& f) {
  f.required("nodes", nodes, "all nodes with a budget at or under these are concerned, by path: row1; `site`: all");
  f.part(limit);
}

void PowerLimitConfig::check(const Scope& scope) const {
  if (nodes.empty()) scope.at("nodes").problem("must name a node");
}

void AirflowLimitConfig::fields(Fields& f) {
  f("aisles", aisles, "by name; empty: all");
  f.part(limit);
}

void IncidentsConfig::fields(Fields& f) {
  f("evictions", evictions, "spot servers that are taken away");
  f("power_limits", power_limits, "budgets that are lower for a time, as telemetry shows them");
  f("airflow_limits", airflow_limits, "aisles that get less air for a time");
}

}  // namespace headroom
