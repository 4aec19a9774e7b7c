#include "scenario/tenant_config.hpp"

namespace headroom {

void TenantConfig::fields(Fields& f) {
  f.required("name", name, "what it is called");
  f("gpus", gpus, "GPUs of one server that it has", Range::between(1, 1024));
  f.required("nodes", nodes,
             "what holds the servers where it may stand, by path: row1, row0/rack2; it takes the first free GPUs, and "
             "jobs get none of these servers");
  f("start_s", start, "when it comes", Range::delay());
  f("duration_s", duration, "how long it stays from when it found a place; absent: as long as its waveform or the run",
    Range::period());
  f.required("waveform", waveform, "what each of its GPUs draws, from its start");
}

void TenantConfig::check(const Scope& scope) const {
  if (name.empty()) scope.at("name").problem("must not be empty");
  if (nodes.empty()) scope.at("nodes").problem("must name a node");
}

}  // namespace headroom
