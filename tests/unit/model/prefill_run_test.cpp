#include "model/prefill_run.hpp"

#include <gtest/gtest.h>

#include "model/performance/roofline.hpp"
#include "model/steady_state.hpp"
#include "unit/model/toy.hpp"

namespace headroom {
namespace {

class PrefillRun : public ::testing::Test {
 protected:
  [[nodiscard]] double lasts(const StepShape& step) const { return model_.cost(step, gpu_.clock).base.value(); }

  RooflineModel model_{toy::architecture(), toy::gpu(), toy::stack(), 1};
  EnergyRoofline power_{GpuPowerCoefficients{}, toy::gpu()};
  LimitedGpu gpu_{model_, power_, Hertz(1000), Hertz(100), Power(400)};
};

TEST_F(PrefillRun, WholePromptsShareASteps) {
  EXPECT_DOUBLE_EQ(run_prefill(gpu_, {}, 3, 100).duration.value(), lasts(prefill_step(3, 100)));
}

TEST_F(PrefillRun, ABudgetTakesAsManyWholePromptsAsFit) {
  const PromptSteps steps{true, 250};
  EXPECT_DOUBLE_EQ(run_prefill(gpu_, steps, 5, 100).duration.value(),
                   2 * lasts(prefill_step(2, 100)) + lasts(prefill_step(1, 100)));
}

TEST_F(PrefillRun, ALongPromptIsCutIntoChunksBehindEachOther) {
  StepShape second, third;
  second.add_prefill(1, 100, 100);
  third.add_prefill(1, 50, 200);
  EXPECT_DOUBLE_EQ(run_prefill(gpu_, {true, 100}, 2, 250).duration.value(),
                   2 * (lasts(prefill_step(1, 100)) + lasts(second) + lasts(third)));
}

}  // namespace
}  // namespace headroom
