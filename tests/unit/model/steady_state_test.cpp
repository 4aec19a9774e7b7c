#include "model/steady_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/fake_models.hpp"

namespace headroom {
namespace {

/// A step lasts 10 ms and 1 ms a token; a GPU draws 60 W and 0.01 J a token.
class Steady : public testing::Test {
 protected:
  Steady() {
    performance.token_s = 0.001;
    power.joule_per_flop = 0.01;
  }
  static SteadyLoad load(double batch, double prompt, double output, bool mixes = true) {
    return {batch, prompt, output, prompt, mixes, 2048};
  }

  test::AffinePerformance performance;
  test::RisingPower power;
  LimitedGpu gpu{performance, power, Hertz(1000e6), Hertz(100e6), Power(400)};
};

TEST_F(Steady, OfOneRequestIsItsLife) {
  // Prefill 10 + 100 ms, then nine decode steps of 11 ms: 209 ms, 109 computed tokens, 10 produced.
  for (const bool mixes : {true, false}) {
    const SteadyState state = steady_state(gpu, load(1, 100, 10, mixes));
    EXPECT_NEAR(state.inter_token->value(), 0.011, 1e-12);
    EXPECT_NEAR(state.output_tokens_per_s, 10 / 0.209, 1e-9);
    EXPECT_NEAR(state.gpu_power.value(), 60 + 0.01 * 109 / 0.209, 1e-9);
  }
}

TEST_F(Steady, CutsLongPromptsIntoChunks) {
  performance.pair_s = 1e-5;
  SteadyLoad chunked = load(1, 100, 10);
  chunked.step_tokens = 40;
  // Three chunks: 30 ms, 100 ms of tokens, 50 ms of 100^2 / 2 pairs; nine decode steps of 11 ms.
  EXPECT_NEAR(steady_state(gpu, chunked).output_tokens_per_s, 10 / 0.279, 1e-9);
}

TEST_F(Steady, WithoutMixingPausesDecodes) {
  // Decode 12 ms. Of two requests with two decode steps each, 0, 1 or 2 are done after one, with probability 1/4, 1/2,
  // 1/4; their successors' prefill takes 0, 20 or 30 ms: 29.5 ms a round with three tokens.
  const SteadyState state = steady_state(gpu, load(2, 10, 3, false));
  EXPECT_NEAR(state.output_tokens_per_s, 3 / 0.0295, 1e-9);
  // A round computes one prompt of 10 tokens on average, and two decoded ones.
  EXPECT_NEAR(state.gpu_power.value(), 60 + 0.01 * 12 / 0.0295, 1e-9);
  // One and a half of two gaps a round are 12 ms, half a gap is 32 ms.
  EXPECT_NEAR(state.inter_token->value(), 0.012, 1e-12);
}

TEST_F(Steady, OfOneTokenIsPrefillAlone) {
  for (const bool mixes : {true, false}) {
    const SteadyState state = steady_state(gpu, load(4, 100, 1, mixes));
    EXPECT_FALSE(state.inter_token);
    EXPECT_NEAR(state.output_tokens_per_s, 4 / 0.410, 1e-9);
    EXPECT_NEAR(state.gpu_power.value(), 60 + 0.01 * 400 / 0.410, 1e-9);
  }
}

TEST_F(Steady, OfTwoTokensPrefillsAllAfterEveryDecode) {
  // Decode 14 ms, prefill 410 ms; each request's one gap is its decode step.
  const SteadyState state = steady_state(gpu, load(4, 100, 2, false));
  EXPECT_NEAR(state.output_tokens_per_s, 8 / 0.424, 1e-9);
  EXPECT_NEAR(state.inter_token->value(), 0.014, 1e-12);
}

TEST_F(Steady, ConservesTokensForMeanAndLargeBatches) {
  // Time and energy are affine in tokens, so that means follow from the mean of the chunks: batch / output of a step.
  for (const double batch : {1.0, 1.5, 63.86, 1024.0, 60000.0})
    for (const double output : {2.0, 7.5, 600.0}) {
      const SteadyState state = steady_state(gpu, load(batch, 150, output));
      const double tokens = batch * (150 / output + (1 - 1 / output));
      const double step_s = 0.010 + 0.001 * tokens;
      EXPECT_NEAR(state.output_tokens_per_s * step_s / batch, 1, 1e-9) << batch << ' ' << output;
      EXPECT_NEAR(state.gpu_power.value(), 60 + 0.01 * tokens / step_s, 1e-8);
    }
}

TEST_F(Steady, IsContinuousInTheBatch) {
  performance.base_s = 0.050;
  for (const bool mixes : {true, false})
    for (const double batch : {1.0, 2.0, 8.0}) {
      const SteadyState whole = steady_state(gpu, load(batch, 100, 40, mixes));
      const SteadyState more = steady_state(gpu, load(batch + 1e-6, 100, 40, mixes));
      EXPECT_NEAR(more.output_tokens_per_s / whole.output_tokens_per_s, 1, 1e-5);
      EXPECT_NEAR(more.gpu_power / whole.gpu_power, 1, 1e-5);
      EXPECT_NEAR(*more.inter_token / *whole.inter_token, 1, 1e-5);
    }
  EXPECT_NEAR(steady_state(gpu, load(2.25, 100, 400)).inter_token->value(), 0.05225, 1e-12);
}

TEST_F(Steady, GivesEachKindOfStepItsOwnClock) {
  // Prefill would draw 60 + 0.5 * 1000 / 1.010 = 555 W, decode of one 60 + 0.5 * 1 / 0.011 = 105 W.
  power.joule_per_flop = 0.5;
  const ClampedStep prefill = run_step(gpu, prefill_step(10, 100));
  const ClampedStep decode = run_step(gpu, decode_step(1, 100));
  EXPECT_NEAR(prefill.demand.value(), 60 + 500 / 1.010, 1e-9);
  EXPECT_LE(prefill.gpu_power.value(), 400);
  EXPECT_NEAR(prefill.gpu_power.value(), 400, 0.01);
  EXPECT_LT(prefill.clock, gpu.clock);
  EXPECT_EQ(decode.clock, gpu.clock);
  EXPECT_EQ(decode.gpu_power, decode.demand);
  // 0.01 + 1 / x seconds and 500 x joules: 340 (0.01 + 1 / x) = 500 x.
  const double x = (3.4 + std::sqrt(3.4 * 3.4 + 4 * 500 * 340)) / 1000;
  EXPECT_NEAR(prefill.clock.value() / 1e9, x, 1e-5);
  EXPECT_NEAR(prefill.duration.value(), 0.01 + 1 / x, 1e-5);
}

TEST_F(Steady, InterTokenTimeIsContinuous) {
  // From steps without prompts (18 ms) in long answers to those with some in short ones. Without mixing it jumps by the
  // 10 ms that a step of prompts lasts at least.
  double before = steady_state(gpu, load(8, 100, 40)).inter_token->value();
  EXPECT_NEAR(before, 0.018, 1e-12);
  double highest = before;
  for (double output = 40; output >= 4; output -= 0.01) {
    const double now = steady_state(gpu, load(8, 100, output)).inter_token->value();
    EXPECT_LT(std::abs(now - before), 0.003) << output;
    before = now;
    highest = std::max(highest, now);
  }
  EXPECT_GT(highest, 0.100);
}

}  // namespace
}  // namespace headroom
