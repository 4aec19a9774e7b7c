#include "model/model_draw.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "support/fake_models.hpp"

namespace headroom {
namespace {

std::vector<ErrorInterval> measured() {
  return {{ErrorKind::dense, ErrorQuantity::step, 0.9, 1.3, 20, {64, 8, 4096}},
          {ErrorKind::dense, ErrorQuantity::power, 0.8, 1.1, 20, {64, 8, 4096}}};
}

ErrorFactors draw(std::uint64_t seed) {
  return drawn_factors(measured(), ErrorKind::dense, {}, seed, "stack gpu");
}

TEST(ModelDraw, ATenthOfTheDrawsLieBeyondEachEndOfTheInterval) {
  std::vector<double> steps, powers;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    steps.push_back(draw(seed).step);
    powers.push_back(draw(seed).power);
  }
  const auto share_below = [](const std::vector<double>& values, double bound) {
    return static_cast<double>(std::ranges::count_if(values, [&](double value) { return value < bound; })) / 4000;
  };
  EXPECT_NEAR(share_below(steps, 0.9), 0.1, 0.02);
  EXPECT_NEAR(share_below(steps, 1), 0.5, 0.03);
  EXPECT_NEAR(share_below(steps, 1.3), 0.9, 0.02);
  EXPECT_NEAR(share_below(powers, 0.8), 0.1, 0.02);
  EXPECT_NEAR(share_below(powers, 1.1), 0.9, 0.02);
}

TEST(ModelDraw, SourcesAndQuantitiesHaveErrorsOfTheirOwn) {
  EXPECT_EQ(draw(7).step, draw(7).step);
  EXPECT_NE(draw(7).step, draw(8).step);
  EXPECT_NE(draw(7).step, draw(7).power);
  EXPECT_NE(draw(7).step, drawn_factors(measured(), ErrorKind::dense, {}, 7, "stack other").step);
}

TEST(ModelDraw, StretchesTimesAndNotDraws) {
  auto own = std::make_unique<test::AffinePerformance>();
  own->token_s = 0.001;
  const DrawnPerformance slow(std::move(own), {1.5, 2, 1});
  StepShape decode, prefill;
  decode.decodes = 10;
  prefill.prefill_tokens = 10;
  test::AffinePerformance fitted;
  fitted.token_s = 0.001;
  const auto seconds = [](const PerformanceModel& model, const StepShape& step) {
    return model.cost(step, Hertz(1e9)).duration(0).value();
  };
  EXPECT_DOUBLE_EQ(seconds(slow, decode), 1.5 * seconds(fitted, decode));
  EXPECT_DOUBLE_EQ(seconds(slow, prefill), 2 * seconds(fitted, prefill));
  const auto rate = [&](const PerformanceModel& model) {
    return GpuActivity::during(model.cost(decode, Hertz(1e9)), 0).flops_per_s;
  };
  EXPECT_DOUBLE_EQ(rate(slow), rate(fitted));
}

TEST(ModelDraw, LeavesIdleGpusAlone) {
  auto own = std::make_unique<test::RisingPower>();
  own->joule_per_flop = 0.01;
  const test::RisingPower fitted = *own;
  const DrawnPower drawn(std::move(own), {1, 1, 1.25});
  GpuActivity activity;
  activity.flops_per_s = 100;
  EXPECT_DOUBLE_EQ(drawn.draw(activity, Hertz(1e9)).value(), 1.25 * fitted.draw(activity, Hertz(1e9)).value());
  EXPECT_EQ(drawn.idle_loaded(), fitted.idle_loaded());
}

}  // namespace
}  // namespace headroom
