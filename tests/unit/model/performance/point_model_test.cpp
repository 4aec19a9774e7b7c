#include "model/performance/point_model.hpp"

#include <gtest/gtest.h>

#include "model/power/unit_power.hpp"

namespace headroom {
namespace {

struct PointSteps : testing::Test {
  PointSteps() {
    gpu.max_clock = Hertz(1410e6);
    gpu.min_clock = Hertz(210e6);
  }
  [[nodiscard]] PointModel model() const { return {points_of(rows, "a", 4), gpu, Power(80)}; }
  static StepShape step(double decodes, double prompts = 0) {
    StepShape shape;
    shape.decodes = decodes;
    shape.prefill_sequences = prompts;
    return shape;
  }
  GpuSpec gpu;
  std::vector<PointTime> rows{{"a", 4, 4, Seconds(0.027), Power(940)},
                              {"a", 4, 1, Seconds(0.020), Power(400)},
                              {"a", 2, 1, Seconds(9), {}},
                              {"b", 4, 1, Seconds(9), {}}};
};

TEST_F(PointSteps, LieOnTheLineBetweenTwoPoints) {
  const auto seconds = [&](double decodes) { return model().cost(step(decodes), gpu.max_clock).duration(99).value(); };
  EXPECT_DOUBLE_EQ(seconds(1), 0.020);
  EXPECT_NEAR(seconds(2), 0.020 + 0.007 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(seconds(4), 0.027);
  EXPECT_DOUBLE_EQ(seconds(7), 0.027);
}

TEST_F(PointSteps, CountPromptsAsSequences) {
  EXPECT_EQ(model().cost(step(1, 3), gpu.max_clock).base, model().cost(step(4), gpu.max_clock).base);
  EXPECT_EQ(model().cost(step(0), gpu.max_clock).base, Seconds());
}

TEST_F(PointSteps, DrawWhatThePointSays) {
  GpuPowerCoefficients coefficients;
  coefficients.idle_loaded = Power(80);
  const UnitPower power(coefficients, gpu);
  const auto draw = [&](double decodes) {
    return power.draw(GpuActivity::during(model().cost(step(decodes), gpu.max_clock), 0), gpu.max_clock).value();
  };
  EXPECT_NEAR(draw(1), 100, 1e-9);
  EXPECT_NEAR(draw(4), 235, 1e-9);
}

TEST_F(PointSteps, TakeLongerAtALowerClock) {
  EXPECT_GT(model().cost(step(1), Hertz(705e6)).base, Seconds(0.020));
}

}  // namespace
}  // namespace headroom
