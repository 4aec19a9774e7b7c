#include "scenario/profile_config.hpp"

namespace headroom {

void ProfileConfig::fields(Fields& f) {
  f("least_clock_mhz", least_clock, "lowest SM clock of the grid; each as the nearest that the GPU supports",
    Range::clock());
  f("clock_step_mhz", clock_step,
    "from one clock of the grid to the next, up to the highest of the GPU, which is in it", Range::clock());
  f("loads", loads, "at which power and latencies are measured, in equal steps up to the largest",
    Range::between(1, 100));
  f("requests", requests, "that a run measures, after a quarter as many to warm up", Range::between(200, 1e6));
  f("tbt", tbt, "what is held against tbt_s: the mean of each request, or all gaps between tokens");
  f("sample_requests", sample_requests, "of a pool, from which the runs draw pairs of lengths", Range::between(1, 1e6));
  f("read_requests", read_requests, "of the workload, the first ones, from which the samples are taken",
    Range::between(1, 1e9));
  f("seed", seed, "of samples, draws and arrivals");
}

}  // namespace headroom
