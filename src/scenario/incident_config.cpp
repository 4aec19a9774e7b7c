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

void IncidentsConfig::fields(Fields& f) {
  f("evictions", evictions, "spot servers that are taken away");
}

}  // namespace headroom
