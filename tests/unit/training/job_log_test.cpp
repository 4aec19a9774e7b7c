#include "training/job_log.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(JobLog, ReadsClocksOfSlurm) {
  EXPECT_EQ(clock_seconds("02:00:00"), 7200.0);
  EXPECT_EQ(clock_seconds("1-01:00:30"), 90'030.0);
  EXPECT_EQ(clock_seconds("12-00:00:00"), 12 * 86'400.0);
  EXPECT_EQ(clock_seconds("01:30.5"), 90.5);
  for (const char* text : {"90", "", "1:2:3:4", "a:b", "1-", "-1:00:00", "1:-2:00", "INVALID"})
    EXPECT_EQ(clock_seconds(text), std::nullopt) << text;
}

TEST(JobLog, CountsTheGpusOfAJobOnce) {
  EXPECT_EQ(gpus_in_tres("billing=64,cpu=64,gres/gpu:a100=8,gres/gpu=8,mem=512G,node=1"), 8.0);
  EXPECT_EQ(gpus_in_tres("gres/gpu:a100=4,gres/gpu:h100=2"), 6.0);
  EXPECT_EQ(gpus_in_tres("cpu=8,gres/gpumem=80G,gres/gpuutil=3,gres/shard=4"), 0.0);
  EXPECT_EQ(gpus_in_tres(""), 0.0);
  EXPECT_EQ(gpus_in_tres("gres/gpu:a100_3g.20gb=2"), std::nullopt);
  EXPECT_EQ(gpus_in_tres("gres/gpu=many"), std::nullopt);
}

}  // namespace
}  // namespace headroom
