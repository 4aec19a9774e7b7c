#include "facility/supported_clocks.hpp"

#include <gtest/gtest.h>

#include "support/fake_models.hpp"

namespace headroom {
namespace {

TEST(SupportedClocks, RunDownTheStepsAndEndWithTheBrake) {
  GpuSpec gpu = test::round_gpu();
  gpu.max_clock = Hertz(1410e6);
  gpu.min_clock = Hertz(210e6);
  gpu.clock_step = Hertz(15e6);
  gpu.brake_clock = Hertz(288e6);
  const auto clocks = supported_clocks(gpu);
  ASSERT_EQ(clocks.size(), 82U);  // (1410 - 210) / 15 + 1, and the brake
  EXPECT_EQ(clocks.front(), Hertz(1410e6));
  EXPECT_EQ(clocks[80], Hertz(210e6));
  EXPECT_EQ(clocks.back(), Hertz(288e6));
}

TEST(SupportedClocks, NameTheBrakeOnceWhereItIsAStep) {
  EXPECT_EQ(supported_clocks(test::round_gpu()).size(), 10U);
}

}  // namespace
}  // namespace headroom
