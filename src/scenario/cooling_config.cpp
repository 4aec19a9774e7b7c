#include "scenario/cooling_config.hpp"

namespace headroom {

void AisleConfig::fields(Fields& f) {
  f.required("name", name, "what it is called");
  f.required("nodes", nodes, "its rows, or what holds them, by path: row0; a row is what stands above the racks");
  f("airflow_m3_per_s", airflow, "air that it gets at most; absent: what its servers want at full load",
    Range::between(1e-3, 1e6));
}

void AisleConfig::check(const Scope& scope) const {
  if (name.empty() || name.find('/') != std::string::npos) scope.at("name").problem("must be a word without a slash");
  if (nodes.empty()) scope.at("nodes").problem("must name a row");
}

void CoolingConfig::fields(Fields& f) {
  f.required("outside", outside, "temperature outside");
  f("inlet", inlet, "mean temperature at the inlets of the servers");
  f("offsets", offsets, "how inlets differ from their mean");
  f("aisles", aisles,
    "rows that share cold air: where their servers want more than they get, hot air comes back and warms all their "
    "inlets. Every row is in one of them; none: air without end");
  f("update_s", update, "time between updates of the inlets and samples of temperatures", Range::between(1e-3, 1e6));
  f("lag_s", lag, "time constant with which inlets follow weather, load and recirculation, by updates; 0: at once",
    Range::zero_or_between(1e-3, 1e6));
  f("window_s", window,
    "windows of the largest means (`/thermal/max_gpu_5min_c` and its like), from the start of the run on and in whole "
    "updates: rounded up to a multiple of `update_s`",
    Range::between(1e-3, 1e6));
}

}  // namespace headroom
