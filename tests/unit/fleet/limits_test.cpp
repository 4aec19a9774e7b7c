#include "fleet/limits.hpp"

#include <gtest/gtest.h>

#include "support/fake_models.hpp"

namespace headroom {
namespace {

const ServerId kServer(0);

TEST(Limits, SayWhichDecisionEndsWithANewOne) {
  Limits limits;
  EXPECT_EQ(limits.set(LockClock{kServer, Hertz(500e6)}, 1), std::nullopt);
  EXPECT_EQ(limits.set(LockClock{kServer, Hertz(600e6)}, 2), 1U);
  EXPECT_EQ(limits.set(Release{kServer, Release::What::clock}, 3), 2U);
  EXPECT_EQ(limits.set(Release{kServer, Release::What::clock}, 4), std::nullopt);
  EXPECT_FALSE(limits.any());
}

TEST(Limits, BrakeGoesBeforeLock) {
  const GpuSpec gpu = test::round_gpu();
  Limits limits;
  EXPECT_EQ(limits.clock(gpu), gpu.max_clock);
  limits.set(LockClock{kServer, Hertz(500e6)}, 1);
  EXPECT_EQ(limits.clock(gpu), Hertz(500e6));
  limits.set(PowerBrake{kServer}, 2);
  EXPECT_EQ(limits.clock(gpu), gpu.brake_clock);
  limits.set(Release{kServer, Release::What::brake}, 3);
  EXPECT_EQ(limits.clock(gpu), Hertz(500e6));
}

TEST(Limits, KeepTheBrakeOfADeviceThatTripped) {
  const GpuSpec gpu = test::round_gpu();
  Limits limits;
  limits.hold(7);
  limits.set(Release{kServer, Release::What::brake}, 8);
  EXPECT_TRUE(limits.held());
  EXPECT_EQ(limits.clock(gpu), gpu.brake_clock);
  EXPECT_EQ(limits.decisions()[3], 7U);
}

TEST(Limits, CapsEachGpu) {
  Limits limits;
  limits.set(CapPower{kServer, Power(300)}, 1);
  EXPECT_EQ(limits.cap(), Power(300));
  limits.set(Release{kServer, Release::What::cap}, 2);
  EXPECT_EQ(limits.cap(), std::nullopt);
}

}  // namespace
}  // namespace headroom
