#include "profile/profile_maker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profile/point_run.hpp"
#include "profile/profile_json.hpp"
#include "scenario/running_variants.hpp"
#include "unit/profile/profile_fixtures.hpp"

namespace headroom::test {
namespace {

using ::testing::HasSubstr;

ProfileTable made_of(const Scenario& scenario, std::size_t threads = 2) {
  return make_profile(scenario, sample_pools(scenario), {threads, {}});
}

TEST(ProfileMaker, GivesTheSameOnAnyNumberOfThreads) {
  const Scenario scenario = profiled_scenario().scenario;
  const std::string one = profile_json(made_of(scenario, 1)).dump();
  EXPECT_EQ(profile_json(made_of(scenario, 3)).dump(), one);
}

TEST(ProfileMaker, HasTheClocksThatTheGpuSupports) {
  const ProfileTable profile = made_of(profiled_scenario({"/profile/least_clock_mhz=1000"}).scenario);
  std::vector<double> mhz;
  for (const Hertz clock : profile.clocks(VariantId(0))) mhz.push_back(clock.value() / 1e6);
  EXPECT_EQ(mhz, (std::vector<double>{1005, 1395, 1800, 1980}));
}

TEST(ProfileMaker, CarriesNoLessAtAHigherClock) {
  const ProfileTable profile = made_of(profiled_scenario().scenario);
  for (const VariantId variant : {VariantId(0), VariantId(1)})
    for (const PoolId pool : {PoolId(0), PoolId(1)}) {
      double before = 0;
      for (const Hertz clock : profile.clocks(variant)) {
        const double largest = profile.largest_load(variant, pool, clock);
        EXPECT_GE(largest, before);
        before = largest;
        const auto curve = profile.power_curve(variant, pool, clock);
        ASSERT_FALSE(curve.empty());
        EXPECT_EQ(curve.front().tokens_per_s, 0);
        EXPECT_EQ(curve.back().tokens_per_s, largest);
        EXPECT_EQ(profile.power(variant, pool, clock, 2 * largest).value(), curve.back().watts);
      }
      EXPECT_GT(before, 0);
    }
  EXPECT_NEAR(profile.mean_input_tokens(PoolId(0)), 150, 3);
}

TEST(ProfileMaker, InterpolatesToWhatRunsGive) {
  const Scenario scenario = profiled_scenario({"/profile/loads=10", "/profile/requests=1000"}).scenario;
  const ProfiledRequests requests = sample_pools(scenario);
  const ProfileTable profile = make_profile(scenario, requests, {2, {}});
  const RunningVariants variants(scenario, nullptr);
  const PoolArrivals arrivals(requests.pools[1], 1000, 1);
  const Hertz clock = profile.clocks(VariantId(0)).back();
  const double largest = profile.largest_load(VariantId(0), PoolId(1), clock);
  for (const double share : {0.02, 0.07, 0.15, 0.45, 0.85}) {
    const double load = share * largest;
    const PointResult point =
        run_point({variants[VariantId(0)].instance, scenario.policy.batching, requests.targets}, arrivals, clock, load);
    EXPECT_NEAR(profile.power(VariantId(0), PoolId(1), clock, load) / point.gpus, 1, 0.02) << share;
  }
}

TEST(ProfileMaker, RefusesWhatItCannotProfile) {
  const auto refused = [](const std::vector<std::string>& sets) {
    return problem_of([&] { (void)made_of(profiled_scenario(sets).scenario); });
  };
  EXPECT_THAT(refused({"/slo={\"short\":{\"ttft_s\":0.25}}"}),
              HasSubstr("/slo: a profile needs a latency target for the requests \"long"));
  EXPECT_THAT(refused({"/slo/short/ttft_s=0.001"}),
              HasSubstr("pool \"short\" cannot keep its latency targets with any variant"));
  EXPECT_THAT(refused({"/slo/short/ttft_s=0.001"}), HasSubstr("at best P99 of time to first token 0.0"));
  EXPECT_THAT(refused({"/profile/least_clock_mhz=2500"}),
              HasSubstr("/profile/least_clock_mhz: is above 1980 MHz, the highest clock of"));
}

TEST(ProfileTable, KnowsTheClocksOfItsGridAlone) {
  const Scenario scenario = profiled_scenario().scenario;
  const ProfileTable profile(scenario, sample_pools(scenario));
  EXPECT_EQ(profile.largest_load(VariantId(0), PoolId(0), Hertz(1200e6)), 0);
  EXPECT_THROW((void)profile.largest_load(VariantId(0), PoolId(0), Hertz(1210e6)), PolicyError);
}

}  // namespace
}  // namespace headroom::test
