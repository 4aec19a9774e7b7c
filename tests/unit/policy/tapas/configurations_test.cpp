#include "policy/tapas/configurations.hpp"

#include <gtest/gtest.h>

#include "support/policy_views.hpp"

namespace headroom::test {
namespace {

/// TTFT 0.1 s and TBT 10 ms unloaded; TBT rises by 1 ms with each request a second, up to 60 of them; twice the clock,
/// half the times. A GPU draws 100 W and 1 W for each request a second.
class StraightCatalogue final : public NakedServers {
 public:
  Estimate estimate(VariantId variant, const Load& load, Hertz clock) const override {
    const double slow = 1e9 / clock.value();
    const double most = std::min(60.0, static_cast<double>(load.most_in_batch));
    return {.sustained = load.rate_per_s <= most / slow,
            .batch = load.rate_per_s,
            .ttft = Seconds(0.1 * slow),
            .tbt = Seconds((0.010 + 0.001 * load.rate_per_s) * slow),
            .gpus = Power((100 + load.rate_per_s) * (variant.index() == 0 ? 8 : 2))};
  }
};

struct Configured : testing::Test {
  Configured() {
    world.catalogue = &catalogue;
    world.variants.push_back({.name = "", .service = ServiceId(0), .server_type = TypeId(0), .gpus = 8});
    world.variants.push_back(
        {.name = "small", .service = ServiceId(0), .server_type = TypeId(0), .gpus = 2, .quality = 0.65});
    world.variants.push_back({.name = "", .service = ServiceId(1), .server_type = TypeId(0), .gpus = 8});
    world.clocks = {{Hertz(0.25e9), Hertz(0.5e9), Hertz(1e9)}};
    world.most_sequences = 64;
    space.clocks = {Hertz(0.5e9), Hertz(1e9)};
    space.batches = {16, 64};
  }
  StraightCatalogue catalogue;
  World world;
  ConfigurationSpace space;
};

TEST_F(Configured, AreAllOfAServiceTheOneAsItCameFirst) {
  const auto all = configurations_of(world, VariantId(0), space);
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(all[0].variant, VariantId(0));
  EXPECT_EQ(all[0].clock, Hertz(1e9));
  EXPECT_EQ(all[0].batch, 64U);
  space.variants = false;
  EXPECT_EQ(configurations_of(world, VariantId(0), space).size(), 4U);
}

/// Five times 10 ms: 40 requests a second at the full clock; at half of it 20 ms and 2 ms a request: 15; a batch of 16
/// holds 16 and 8.
TEST_F(Configured, GoodputIsTheMostInsideTheLatencyLimits) {
  for (const Configuration& one : configurations_of(world, VariantId(0), space)) {
    const bool fast = one.clock == Hertz(1e9);
    const double expected = one.batch == 64 ? (fast ? 40 : 15) : (fast ? 16 : 8);
    EXPECT_NEAR(one.goodput_per_s, expected, 0.002 * expected);
  }
}

TEST_F(Configured, PowerIsLinearBetweenLoads) {
  const auto all = configurations_of(world, VariantId(0), space);
  EXPECT_NEAR(all[0].gpus_draw(0).value(), 800, 1e-3);
  EXPECT_NEAR(all[0].gpus_draw(10).value(), 880, 1e-3);
  EXPECT_NEAR(all[0].gpus_draw(1e6).value(), all[0].gpus_draw(all[0].goodput_per_s).value(), 1e-9);
}

}  // namespace
}  // namespace headroom::test
