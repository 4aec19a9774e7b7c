#include "workflow/provisioning.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/problem.hpp"

namespace headroom {
namespace {

WorkerOption one_gpu(double all_s, double one_s) {
  return {"", 0, 1, 1.07, Seconds(all_s), Seconds(one_s), Seconds(one_s)};
}

/// A podcast of StreamWise, each model on one A100.
std::vector<WorkerModel> podcast() {
  return {{"gemma", true, {one_gpu(33.199, 5.941)}},
          {"flux", false, {one_gpu(9.75, 9.75)}},
          {"kokoro_yolo", true, {one_gpu(25.8, 0.6)}},
          {"framepack", false, {one_gpu(1486.1111, 8.6402)}},
          {"framepack_vae", false, {one_gpu(342.9728, 1.9940)}},
          {"fantasytalking", false, {one_gpu(22565.688, 131.196)}},
          {"esrgan", false, {one_gpu(2663.4, 15.4849)}}};
}

constexpr Seconds kContent{600};

TEST(JobEstimate, IsThePublishedOne) {
  const auto models = podcast();
  Allocation allocation(models.size(), {1});
  allocation[5] = {2};
  EXPECT_NEAR(estimate_job(models, allocation, kContent).total.value(), 15844.08, 0.02);
  EXPECT_NEAR(estimate_job(models, allocation, kContent).cost_usd, 37.67, 0.005);
}

TEST(Provision, EqualsTheBestOfAllFor8To32) {
  auto models = podcast();
  for (std::uint32_t gpus = 8; gpus <= 32; ++gpus) {
    const double greedy =
        value_of(estimate_job(models, provision(models, {gpus}, kContent, Objective::cost_ttff), kContent),
                 Objective::cost_ttff);
    double best = std::numeric_limits<double>::infinity();
    const std::uint32_t most = gpus - 6;
    for (std::uint32_t a = 1; a <= most; ++a)
      for (std::uint32_t b = 1; a + b <= most; ++b)
        for (std::uint32_t c = 1; a + b + c <= most; ++c)
          for (std::uint32_t d = 1; a + b + c + d + 3 <= gpus; ++d) {
            const Allocation one{{1}, {1}, {1}, {a}, {b}, {c}, {d}};
            best = std::min(best, value_of(estimate_job(models, one, kContent), Objective::cost_ttff));
          }
    EXPECT_LE(greedy, 1.001 * best) << gpus;
  }
}

TEST(Provision, KnowsTheGoldensOfSixteen) {
  const auto models = podcast();
  const Allocation allocation = provision(models, {16}, kContent, Objective::cost_ttff);
  EXPECT_EQ(allocation, (Allocation{{1}, {1}, {1}, {2}, {1}, {7}, {3}}));
  const JobEstimate estimate = estimate_job(models, allocation, kContent);
  EXPECT_NEAR(estimate.total.value(), 5266.25, 0.5);
  EXPECT_NEAR(estimate.cost_usd, 25.04, 0.005);
}

TEST(Provision, TakesLargerInstancesWhereOneStageIsTooLong) {
  std::vector<WorkerModel> models{{"clip", false, {one_gpu(100, 100)}}};
  models[0].options.push_back({"two", 0, 2, 2.14, Seconds(60), Seconds(60), Seconds(60)});
  EXPECT_EQ(provision(models, {2}, Seconds(), Objective::ttff), (Allocation{{0, 1}}));
}

TEST(Provision, NeedsAGpuForEach) {
  EXPECT_THROW((void)provision(podcast(), {6}, kContent, Objective::cost), InputError);
}

}  // namespace
}  // namespace headroom
