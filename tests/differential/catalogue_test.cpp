// What the catalogue says of a variant under a load, against runs of one instance of it.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "base/own_process.hpp"
#include "config/folders.hpp"
#include "engine/simulation.hpp"
#include "scenario/model_catalogue.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

constexpr double kInput = 1000, kOutput = 200;  // tokens

/// One server with one instance of Llama-2-70B for 40 minutes, at this rate.
Scenario one_instance(const std::string& stack, const std::string& batching, double rate_per_s) {
  const std::string lengths =
      R"("input": {"kind": "fixed", "tokens": 1000}, "output": {"kind": "fixed", "tokens": 200})";
  std::ostringstream workload;
  workload << R"({"synthetic": {"rate_per_s": )" << rate_per_s << R"(, "classes": [{)" << lengths << "}]}}";
  return load_scenario("configs/scenario/polca_row.json", ConfigFolders({"configs"}),
                       {"/site/servers=1", "/site/levels/0/budget_w=10000", "/duration_s=2400", "/policy=none",
                        "/serving/pools=[]", "/serving/stack=" + stack, "/policy/batching/kind=" + batching,
                        "/workload=" + workload.str()})
      .scenario;
}

struct Seen {
  double tbt_s, gpus_w;
};

Seen run(const Scenario& scenario) {
  std::istringstream text(in_own_process([&] {
    ClassTable classes;
    const auto source = make_source(scenario.workload, classes, scenario.seed, "", scenario.duration);
    Simulation simulation(scenario, classes, *source, {});
    const Report report = simulation.run();
    std::ostringstream out;
    out.precision(17);
    // The median gap, and what the server drew less what it draws beside its GPUs: read back from its power curve.
    const HardwareConfig& hardware = scenario.hardware;
    const ServerPower server(hardware.server, hardware.gpu.tdp);
    const Power mean = report.it_energy / Seconds(report.simulated_s);
    double low = 0, high = hardware.gpu.tdp.value() * hardware.server.gpus;
    for (int i = 0; i < 60; ++i) (server.inlet(Power((low + high) / 2)) < mean ? low : high) = (low + high) / 2;
    out << report.all.latency.tbt.quantile(0.5) << ' ' << low;
    return out.str();
  }));
  Seen seen{};
  text >> seen.tbt_s >> seen.gpus_w;
  return seen;
}

struct Case {
  const char *stack, *batching;
  double rate_per_s;
};

class CatalogueAgainstRuns : public testing::TestWithParam<Case> {};

TEST_P(CatalogueAgainstRuns, AgreesWithinItsError) {
  const Scenario scenario = one_instance(GetParam().stack, GetParam().batching, GetParam().rate_per_s);
  const Estimate estimate = ModelCatalogue(scenario).estimate(VariantId(0), {GetParam().rate_per_s, kInput, kOutput},
                                                              scenario.hardware.gpu.max_clock);
  ASSERT_TRUE(estimate.sustained);
  const Seen seen = run(scenario);
  EXPECT_NEAR(estimate.gpus.value() / seen.gpus_w, 1, 0.10) << seen.gpus_w;
  EXPECT_NEAR(estimate.tbt.value() / seen.tbt_s, 1, 0.15) << seen.tbt_s;
}

INSTANTIATE_TEST_SUITE_P(Loads, CatalogueAgainstRuns,
                         testing::Values(Case{"vllm_2023", "continuous", 0.1}, Case{"vllm_2023", "continuous", 0.5},
                                         Case{"vllm_2023", "continuous", 1.0}, Case{"vllm_2023", "continuous", 1.5},
                                         Case{"vllm_2025", "chunked_prefill", 0.5},
                                         Case{"vllm_2025", "chunked_prefill", 1.5}));

TEST(ModelCatalogue, SaysWhatCannotBeSustained) {
  const Scenario scenario = one_instance("vllm_2023", "continuous", 1);
  EXPECT_FALSE(ModelCatalogue(scenario)
                   .estimate(VariantId(0), {50, kInput, kOutput}, scenario.hardware.gpu.max_clock)
                   .sustained);
}

/// A batch of 64 at most, of requests of which the memory holds hundreds: no rate is carried that a larger one would.
TEST(ModelCatalogue, KnowsTheLargestBatchOfTheScheduler) {
  const auto most = [](const std::string& batch) {
    const Scenario scenario = load_scenario("configs/scenario/polca_row.json", ConfigFolders({"configs"}),
                                            {"/serving/stack=vllm_2023", "/policy/batching/kind=continuous",
                                             "/policy/batching/max_batch_sequences=" + batch})
                                  .scenario;
    const ModelCatalogue catalogue(scenario);
    double rate = 0;
    while (catalogue.estimate(VariantId(0), {rate + 0.1, 100, 300}, scenario.hardware.gpu.max_clock).sustained)
      rate += 0.1;
    const Estimate at_most = catalogue.estimate(VariantId(0), {rate, 100, 300}, scenario.hardware.gpu.max_clock);
    EXPECT_LE(at_most.batch, std::stod(batch));
    return rate;
  };
  EXPECT_LT(most("64"), 0.7 * most("256"));
  EXPECT_LT(most("4"), 0.2 * most("64"));
}

/// There are no parts of tokens: between one and two, a request costs as one of two does.
TEST(ModelCatalogue, HasNoJumpOfCapacityBetweenOneAndTwoTokens) {
  const Scenario scenario = one_instance("vllm_2025", "chunked_prefill", 1);
  const ModelCatalogue catalogue(scenario);
  const auto sustained = [&](double rate, double outputs) {
    return catalogue.estimate(VariantId(0), {rate, kInput, outputs}, scenario.hardware.gpu.max_clock).sustained;
  };
  for (double rate = 0.5; rate < 20; rate += 0.5) {
    EXPECT_LE(sustained(rate, 2), sustained(rate, 1)) << rate;
    EXPECT_EQ(sustained(rate, 1.5), sustained(rate, 2)) << rate;
    EXPECT_EQ(sustained(rate, 1.01), sustained(rate, 2)) << rate;
  }
}

}  // namespace
}  // namespace headroom
