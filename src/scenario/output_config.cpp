#include "scenario/output_config.hpp"

namespace headroom {

void PowerOutputConfig::fields(Fields& f) {
  f("nodes", nodes,
    "nodes in power.json and the summary, by path; a level's name stands for all its nodes, `server` for all "
    "servers; empty: all but servers");
  f("bin_s", bin, "width of the bins of power.json; absent: at most 10,000 bins", Range::between(0.01, 1e9));
}

void OutputConfig::fields(Fields& f) {
  f("power", power, "power over time");
}

}  // namespace headroom
