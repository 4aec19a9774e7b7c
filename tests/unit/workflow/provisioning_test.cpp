#include "workflow/provisioning.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/problem.hpp"

namespace headroom {
namespace {

WorkerOption one_gpu(double all_s, double one_s, double work_j = 0, double idle_w = 0) {
  return {"", 0, 1, 1.07, Seconds(all_s), Seconds(one_s), Seconds(one_s), Energy(work_j), Power(idle_w)};
}

/// On a GPU of the second type: so many times as fast, for 4.03 USD an hour.
WorkerOption on_other(const WorkerOption& option, double faster) {
  return {"", 1, 1, 4.03, option.all / faster, option.one / faster, option.first / faster, {}, {}};
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

TEST(JobEstimate, CountsEnergyAtWorkAndIdle) {
  std::vector<WorkerModel> models = podcast();
  const std::vector<double> work_j{10256.75,         9.75 * 276,      25.8 * 65,   1486.1111 * 129,
                                   342.9728 * 103.2, 13588.519 * 771, 2663.4 * 229};
  for (std::size_t m = 0; m < models.size(); ++m) {
    models[m].options[0].work = Energy(work_j[m]);
    models[m].options[0].idle = Power(65);
  }
  WorkerOption& two = models[5].options[0];
  two = {"two", 0, 2, 2.14, Seconds(13588.519), Seconds(79.003), Seconds(79.003), two.work, Power(130)};
  const JobEstimate estimate = estimate_job(models, Allocation(models.size(), {1}), kContent);
  const double busy_gpu_s = 33.199 + 9.75 + 25.8 + 1486.1111 + 342.9728 + 2 * 13588.519 + 2663.4;
  const double idle_kwh = 65 * (8 * estimate.total.value() - busy_gpu_s) / 3.6e6;
  const double kokoro_kwh = 25.8 * 65 / 3.6e6;  // the published energy at work is without
  EXPECT_NEAR(estimate.energy.value() / 3.6e6, 3.1463 + kokoro_kwh + idle_kwh, 1e-4);
  EXPECT_NEAR(value_of(estimate, Objective::energy_ttff), estimate.energy.value() * estimate.ttff.value(), 1e-3);
}

TEST(JobEstimate, DividesEnergyAsSpeedDividesStages) {
  const WorkerOption slow = one_gpu(100, 1, 20000, 50);
  const WorkerOption fast{"", 1, 1, 0, Seconds(50), Seconds(1), Seconds(1), Energy(15000), Power(100)};
  const std::vector<WorkerModel> models{{"clip", false, {slow, fast}}};
  const JobEstimate estimate = estimate_job(models, {{1, 1}}, Seconds());
  const double total_s = 1 / (1 / 100.0 + 1 / 50.0);  // both work all the time: a third, and two
  EXPECT_NEAR(estimate.total.value(), total_s, 1e-9);
  EXPECT_NEAR(estimate.energy.value(), 20000 / 3.0 + 15000 * 2 / 3.0, 1e-6);
  const std::vector<WorkerModel> in_order{{"script", true, {slow, fast}}};  // the fast one alone
  EXPECT_NEAR(estimate_job(in_order, {{1, 1}}, Seconds()).energy.value(), 15000 + 50 * 50, 1e-6);
}

TEST(Provision, EqualsTheBestOfAllFor8To32) {
  auto models = podcast();
  for (std::uint32_t gpus = 8; gpus <= 32; ++gpus) {
    const double greedy =
        value_of(estimate_job(models, provision(models, {{gpus}}, kContent, Objective::cost_ttff), kContent),
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
  const Allocation allocation = provision(models, {{16}}, kContent, Objective::cost_ttff);
  EXPECT_EQ(allocation, (Allocation{{1}, {1}, {1}, {2}, {1}, {7}, {3}}));
  const JobEstimate estimate = estimate_job(models, allocation, kContent);
  EXPECT_NEAR(estimate.total.value(), 5266.25, 0.5);
  EXPECT_NEAR(estimate.cost_usd, 25.04, 0.005);
}

TEST(Provision, TakesLargerInstancesWhereOneStageIsTooLong) {
  std::vector<WorkerModel> models{{"clip", false, {one_gpu(100, 100)}}};
  models[0].options.push_back({"two", 0, 2, 2.14, Seconds(60), Seconds(60), Seconds(60)});
  EXPECT_EQ(provision(models, {{2}}, Seconds(), Objective::ttff), (Allocation{{0, 1}}));
}

TEST(Provision, IsWithinAFifthOfTheBestOfTwoTypes) {
  std::vector<WorkerModel> models{{"script", true, {one_gpu(33, 6)}},
                                  {"picture", false, {one_gpu(1500, 9)}},
                                  {"film", false, {one_gpu(9000, 130)}}};
  for (std::size_t m = 0; m < models.size(); ++m)
    models[m].options.push_back(on_other(models[m].options[0], m == 0 ? 3 : 2));
  constexpr std::uint32_t kEach = 5;
  const double greedy =
      value_of(estimate_job(models, provision(models, {{kEach}, {kEach}}, kContent, Objective::cost_ttff), kContent),
               Objective::cost_ttff);
  double best = std::numeric_limits<double>::infinity();
  for (std::uint32_t code = 0; code < 6 * 6 * 6 * 6 * 6 * 6; ++code) {
    Allocation one(3, {0, 0});
    std::array<std::uint32_t, 2> used{};
    std::uint32_t rest = code;
    for (auto& counts : one)
      for (std::size_t t = 0; t < 2; ++t, rest /= 6) used[t] += counts[t] = rest % 6;
    const bool stands = std::ranges::all_of(one, [](const auto& counts) { return counts[0] + counts[1] > 0; });
    if (stands && used[0] <= kEach && used[1] <= kEach)
      best = std::min(best, value_of(estimate_job(models, one, kContent), Objective::cost_ttff));
  }
  EXPECT_LE(greedy, 1.2 * best);
}

TEST(Provision, NeedsAGpuForEach) {
  EXPECT_THROW((void)provision(podcast(), {{6}}, kContent, Objective::cost), InputError);
}

}  // namespace
}  // namespace headroom
