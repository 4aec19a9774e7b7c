#pragma once

#include <string>
#include <vector>

#include "config/folders.hpp"
#include "scenario/scenario.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

/// A server of eight H100 with an instance of TP8, another way to run it on two GPUs, and two types of requests, of
/// which there are pools of their own; few and short runs.
inline const std::string profiled_text = R"({
  "name": "profiled", "seed": 1, "hardware": "dgx_h100", "site": {"servers": 2, "levels": [{"name": "row"}]},
  "serving": {"model": "llama2_70b", "stack": "vllm_2025", "tensor_parallel": 8,
    "variants": {"tp2": {"tensor_parallel": 2}},
    "pools": [{"name": "short", "serves": ["short"], "server_fraction": 0.5},
              {"name": "long", "serves": ["long"], "server_fraction": 0.5}]},
  "workload": {"synthetic": {"rate_per_s": 10, "duration_s": 600, "classes": [
    {"name": "short", "share": 0.5, "high_priority_share": 0,
     "input": {"kind": "uniform", "min_tokens": 50, "max_tokens": 250}, "output": {"kind": "uniform", "min_tokens": 1, "max_tokens": 100}},
    {"name": "long", "share": 0.5, "high_priority_share": 0,
     "input": {"kind": "uniform", "min_tokens": 500, "max_tokens": 1500}, "output": {"kind": "uniform", "min_tokens": 100, "max_tokens": 300}}]}},
  "policy": {"router": {"kind": "round_robin"}, "batching": {"kind": "chunked_prefill", "step_budget_tokens": 1024}},
  "slo": {"short": {"ttft_s": 0.25, "tbt_s": 0.1}, "long": {"ttft_s": 2, "tbt_s": 0.1}},
  "profile": {"least_clock_mhz": 1200, "clock_step_mhz": 400, "loads": 2, "requests": 200}
})";

inline LoadedScenario profiled_scenario(const std::vector<std::string>& sets = {}) {
  const TemporaryFolder folder;
  return load_scenario(folder.write("profiled.json", profiled_text), ConfigFolders({"configs"}), sets);
}

}  // namespace headroom::test
