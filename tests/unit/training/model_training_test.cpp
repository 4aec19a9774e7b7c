#include "training/model_training.hpp"

#include <gtest/gtest.h>

#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

/// Layer parameters: 2 * 10 * (10 + 10) + 3 * 10 * 20 = 1000; output projection 10 * 50 = 500.
ModelTraining small_training() {
  ModelTraining training;
  training.model = {.name = "small",
                    .layers = 1,
                    .hidden = 10,
                    .heads = 1,
                    .kv_heads = 1,
                    .head_dim = 10,
                    .feed_forward = 20,
                    .experts = {},
                    .vocabulary = 50,
                    .parameters = 2000};
  training.batch_tokens = 1e9;
  training.tensor_parallel = 2;
  training.pipeline_parallel = 2;
  training.mfu_fraction = 0.5;
  training.network_bytes_per_s = 1000;
  training.overlap_fraction = 0.25;
  training.communication_power_fraction = 0.3;
  return training;
}

TEST(ModelTraining, ComputesAndWaitsByItsFormulas) {
  const auto training = small_training();
  // 6 * 1500 * 1e9 / (8 * 1e12 * 0.5)
  EXPECT_NEAR(training.compute_time(8, test::training_gpu()).value(), 2.25, 1e-12);
  // two copies, 2000 * 2 / 4 = 1000 bytes a GPU: 0.75 * 2 * (1/2) * 1000 / 1000
  EXPECT_NEAR(training.exposed_communication(8).value(), 0.75, 1e-12);
  EXPECT_EQ(training.exposed_communication(4), Seconds(0.0));
}

TEST(ModelTraining, GivesTheIterationOfAWaveform) {
  JobShape shape;
  shape.waveform.training = small_training();
  EXPECT_EQ(test::text_of_steps(test::steps_of(shape, 3)),
            "compute 2.25 1000; communication 0.75 300; compute 2.25 1000; ");
  EXPECT_EQ(test::text_of_steps(test::steps_of(test::plan_of(shape, 4), 2)), "compute 4.5 1000; compute 4.5 1000; ");
}

TEST(ModelTraining, RefusesGpusThatHoldNoWholeCopy) {
  std::vector<Problem> problems;
  small_training().check_on(6, Scope(problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].what,
            "a copy of the model takes 4 GPUs (tensor_parallel x pipeline_parallel), of which the job's 6 are no "
            "multiple");
}

}  // namespace
}  // namespace headroom
