#include "model/open_load.hpp"

#include <gtest/gtest.h>

#include "support/fake_models.hpp"

namespace headroom {
namespace {

/// A step lasts 10 ms and 1 ms a token; a GPU draws 60 W and 0.01 J a token.
class Open : public testing::Test {
 protected:
  Open() {
    performance.token_s = 0.001;
    power.joule_per_flop = 0.01;
  }
  [[nodiscard]] OpenLoad load(double prompt, double output, double most, bool mixes = true) const {
    return {gpu, {1, prompt, output, prompt, mixes, 2048}, most, 0};
  }

  test::AffinePerformance performance;
  test::RisingPower power;
  LimitedGpu gpu{performance, power, Hertz(1000e6), Hertz(100e6), Power(400)};
};

TEST_F(Open, SeldomRequestsSeeAnIdleInstance) {
  // Prefill 10 + 100 ms, then nine decode steps of 11 ms.
  for (const bool mixes : {true, false}) {
    const OpenState state = load(100, 10, 64, mixes).at(1e-6).value();
    EXPECT_NEAR(state.ttft_s.p50, 0.110, 1e-5);
    EXPECT_NEAR(state.ttft_s.mean, 0.110, 1e-5);
    EXPECT_NEAR(state.tbt_s->p50, 0.011, 1e-5);
    EXPECT_NEAR(state.e2e.value(), 0.209, 1e-5);
    EXPECT_NEAR(state.busy_fraction, 0.209e-6, 1e-9);
    EXPECT_NEAR(state.batch.mean, 0.209e-6, 1e-9);
    EXPECT_NEAR(state.gpu_power.value(), 60, 1e-3);
  }
}

TEST_F(Open, OneAtATimeIsAQueueWithOneServer) {
  // Service of 209 ms; where lengths are fixed, half the wait of exponential ones, which is rho / (mu - lambda).
  const OpenLoad queue = load(100, 10, 1);
  EXPECT_NEAR(queue.capacity_per_s(), 1 / 0.209, 1e-9);
  const double rate = 0.6 / 0.209;
  const OpenState state = queue.at(rate).value();
  EXPECT_NEAR(state.busy_fraction, 0.6, 1e-9);
  EXPECT_NEAR(state.e2e.value(), 0.209 + 0.5 * 0.209 * 0.6 / 0.4, 1e-6);
  EXPECT_NEAR(state.waiting, rate * 0.5 * 0.209 * 0.6 / 0.4, 1e-6);
}

TEST_F(Open, NothingIsSaidWhereTheQueueGrowsWithoutEnd) {
  const OpenLoad queue = load(100, 10, 8);
  EXPECT_FALSE(queue.at(queue.capacity_per_s()));
  EXPECT_FALSE(queue.at(100 * queue.capacity_per_s()));
  EXPECT_TRUE(queue.at(0.99 * queue.capacity_per_s()));
}

TEST_F(Open, AllRisesWithTheRate) {
  const OpenLoad queue = load(100, 50, 32);
  OpenState last = queue.at(0.01 * queue.capacity_per_s()).value();
  for (double share = 0.1; share < 0.99; share += 0.1) {
    const OpenState state = queue.at(share * queue.capacity_per_s()).value();
    EXPECT_GT(state.batch.mean, last.batch.mean);
    EXPECT_GT(state.ttft_s.mean, last.ttft_s.mean);
    EXPECT_GT(state.tbt_s->mean, last.tbt_s->mean);
    EXPECT_GT(state.gpu_power, last.gpu_power);
    EXPECT_LE(state.ttft_s.p50, state.ttft_s.p90);
    EXPECT_LE(state.ttft_s.p90, state.ttft_s.p99);
    last = state;
  }
}

TEST_F(Open, RequestsOfOneTokenHaveNoTimeBetweenTokens) {
  for (const bool mixes : {true, false}) {
    const OpenState state = load(100, 1, 16, mixes).at(1).value();
    EXPECT_FALSE(state.tbt_s);
    EXPECT_GT(state.ttft_s.mean, 0.110);
  }
}

}  // namespace
}  // namespace headroom
