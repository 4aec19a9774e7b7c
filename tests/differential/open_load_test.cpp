// What `predict --rate` says, against runs of one instance with Poisson arrivals.
#include "model/open_load.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "base/own_process.hpp"
#include "config/folders.hpp"
#include "engine/simulation.hpp"
#include "scenario/served_model.hpp"
#include "scenario/variants.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

constexpr double kPrompt = 1000, kAnswer = 200;  // tokens

struct OpenCase {
  const char *stack, *batching, *budget;
  double budget_tokens;  ///< of prompts in a step
  int most;              ///< in the batch
  double share;          ///< of the capacity
};

Scenario open_scenario(const OpenCase& of, double rate_per_s) {
  std::ostringstream workload;
  workload << R"({"synthetic": {"rate_per_s": )" << rate_per_s
           << R"(, "classes": [{"input": {"kind": "fixed", "tokens": )" << kPrompt
           << R"(}, "output": {"kind": "fixed", "tokens": )" << kAnswer << "}}]}}";
  return load_scenario(
             "configs/scenario/polca_row.json", ConfigFolders({"configs"}),
             {"/site/servers=1", "/site/levels/0/budget_w=10000", "/policy=none", "/serving/pools=[]",
              "/duration_s=" + std::to_string(4000 / rate_per_s), "/serving/stack=" + std::string(of.stack),
              "/policy/batching/kind=" + std::string(of.batching),
              "/policy/batching/" + std::string(of.budget) + "=" + std::to_string(static_cast<int>(of.budget_tokens)),
              "/policy/batching/max_batch_sequences=" + std::to_string(of.most), "/workload=" + workload.str()})
      .scenario;
}

struct OpenSeen {
  double ttft_mean, ttft_p50, ttft_p90, tbt_mean, tbt_p50, e2e_mean;
};

OpenSeen seen_in_run(const Scenario& scenario) {
  std::istringstream text(in_own_process([&] {
    ClassTable classes;
    const auto source = make_source(scenario.workload, classes, scenario.seed, "", scenario.duration);
    Simulation simulation(scenario, classes, *source, {});
    const LatencyDigest latency = simulation.run().all.latency;
    std::ostringstream out;
    out.precision(17);
    out << latency.ttft.mean() << ' ' << latency.ttft.quantile(0.5) << ' ' << latency.ttft.quantile(0.9) << ' '
        << latency.tbt.mean() << ' ' << latency.tbt.quantile(0.5) << ' ' << latency.e2e.mean();
    return out.str();
  }));
  OpenSeen seen{};
  text >> seen.ttft_mean >> seen.ttft_p50 >> seen.ttft_p90 >> seen.tbt_mean >> seen.tbt_p50 >> seen.e2e_mean;
  return seen;
}

class OpenLoadAgainstRuns : public testing::TestWithParam<OpenCase> {};

TEST_P(OpenLoadAgainstRuns, AgreesWithinItsError) {
  const OpenCase of = GetParam();
  const Scenario any = open_scenario(of, 1);
  const VariantSpec variant = variants_of(any).front();
  const ServedModel model(variant);
  const GpuSpec& card = variant.hardware.gpu;
  const LimitedGpu gpu{*model.performance, *model.power, card.max_clock, card.min_clock, card.tdp};
  const OpenLoad load(gpu, {1, kPrompt, kAnswer, kPrompt + kAnswer / 2, variant.stack.mixes_prefill, of.budget_tokens},
                      of.most, 0);
  const double rate = of.share * load.capacity_per_s();
  const OpenState state = load.at(rate).value();
  const OpenSeen seen = seen_in_run(open_scenario(of, rate));
  EXPECT_NEAR(state.ttft_s.mean / seen.ttft_mean, 1, 0.05) << seen.ttft_mean;
  EXPECT_NEAR(state.ttft_s.p50 / seen.ttft_p50, 1, 0.05) << seen.ttft_p50;
  EXPECT_NEAR(state.ttft_s.p90 / seen.ttft_p90, 1, 0.10) << seen.ttft_p90;
  EXPECT_NEAR(state.tbt_s->mean / seen.tbt_mean, 1, 0.05) << seen.tbt_mean;
  EXPECT_NEAR(state.tbt_s->p50 / seen.tbt_p50, 1, 0.05) << seen.tbt_p50;
  EXPECT_NEAR(state.e2e.value() / seen.e2e_mean, 1, 0.03) << seen.e2e_mean;
}

INSTANTIATE_TEST_SUITE_P(Loads, OpenLoadAgainstRuns,
                         testing::Values(OpenCase{"vllm_2025", "chunked_prefill", "step_budget_tokens", 8192, 256,
                                                  0.05},
                                         OpenCase{"vllm_2025", "chunked_prefill", "step_budget_tokens", 8192, 256, 0.5},
                                         OpenCase{"vllm_2025", "chunked_prefill", "step_budget_tokens", 8192, 256, 0.8},
                                         OpenCase{"vllm_2023", "continuous", "prefill_budget_tokens", 2048, 64, 0.05},
                                         OpenCase{"vllm_2023", "continuous", "prefill_budget_tokens", 2048, 64, 0.5},
                                         OpenCase{"vllm_2023", "continuous", "prefill_budget_tokens", 2048, 64, 0.8}));

}  // namespace
}  // namespace headroom
