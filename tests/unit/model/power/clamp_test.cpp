#include "model/power/clamp.hpp"

#include <gtest/gtest.h>

#include "model/performance/roofline.hpp"
#include "unit/model/toy.hpp"

namespace headroom {
namespace {

/// Counts how often the model is asked.
class Counting final : public PerformanceModel {
 public:
  explicit Counting(const PerformanceModel& model) : model_(model) {}
  StepCost cost(const StepShape& step, Hertz clock) const override {
    ++calls;
    return model_.cost(step, clock);
  }
  mutable int calls = 0;

 private:
  const PerformanceModel& model_;
};

class Clamp : public testing::Test {
 protected:
  static StepShape prompt(std::uint32_t tokens) {
    StepShape step;
    step.prefill_sequences = 1;
    step.prefill_tokens = tokens;
    step.prefill_pairs = 0.5 * tokens * tokens;
    return step;
  }
  double draw(const StepShape& step, Hertz clock) const {
    return power.draw(GpuActivity::during(model.cost(step, clock), 0), clock).value();
  }

  RooflineModel model{real::llama2_70b(), real::a100(), real::vllm(), 2};
  EnergyRoofline power{real::power(), real::a100()};
  Hertz top{1410e6};
  Hertz lowest{210e6};
};

TEST_F(Clamp, LeavesTheClockWhereTheDrawFits) {
  EXPECT_EQ(clamp_clock(model, power, prompt(2048), 0, top, lowest, Power(1e6)), top);
}

TEST_F(Clamp, FindsTheClockWhoseDrawIsTheLimitInFewEvaluations) {
  ASSERT_GT(draw(prompt(2048), top), 400);
  int calls = 0;
  int searches = 0;
  for (const std::uint32_t tokens : {64U, 128U, 256U, 512U, 2048U, 8192U})
    for (double limit = 160; limit <= 600; limit += 1) {
      const StepShape step = prompt(tokens);
      if (draw(step, top) <= limit || draw(step, lowest) > limit) continue;
      const Counting counting(model);
      const Hertz clock = clamp_clock(counting, power, step, 0, top, lowest, Power(limit));
      EXPECT_LE(draw(step, clock), limit);
      EXPECT_GT(draw(step, clock * (1 + 1.1e-6)), limit);
      calls += counting.calls;
      ++searches;
      EXPECT_LE(counting.calls, 14) << tokens << " tokens at " << limit << " W";
    }
  EXPECT_GT(searches, 1000);
  EXPECT_LE(calls, 10 * searches);
}

TEST_F(Clamp, ReturnsTheLowestClockWhereNothingFits) {
  EXPECT_EQ(clamp_clock(model, power, prompt(2048), 0, top, lowest, Power(75)), lowest);
}

TEST_F(Clamp, KeepsARequestBelowTheLowestClock) {
  EXPECT_EQ(clamp_clock(model, power, prompt(2048), 0, Hertz(100e6), lowest, Power(75)), Hertz(100e6));
}

}  // namespace
}  // namespace headroom
