#include "grid/power_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace headroom {
namespace {

using ::testing::ElementsAre;

TEST(PowerRecorder, HoldsPowerAndTakesAChangeAtItsDate) {
  PowerRecorder recorder(Seconds(0.02), Seconds(0));
  recorder.change(Power(100), Seconds(0));
  recorder.change(Power(200), Seconds(0.03));
  recorder.change(Power(300), Seconds(0.06));  // 3 * 0.02 is a little more than 0.06
  recorder.change(Power(400), Seconds(0.06));
  recorder.settle(Seconds(0.10));
  EXPECT_THAT(recorder.trace().power_w, ElementsAre(100, 100, 200, 400, 400));
}

TEST(PowerRecorder, BeginsAfterTheWarmUp) {
  PowerRecorder recorder(Seconds(0.02), Seconds(0.05));
  recorder.change(Power(100), Seconds(0));
  recorder.change(Power(200), Seconds(0.07));
  recorder.settle(Seconds(0.11));
  EXPECT_DOUBLE_EQ(recorder.trace().start.value(), 0.06);
  EXPECT_THAT(recorder.trace().power_w, ElementsAre(100, 200, 200));
  EXPECT_DOUBLE_EQ(PowerRecorder(Seconds(0.02), Seconds(0.06)).trace().start.value(), 0.06);
}

TEST(PowerRecorder, HasNoSampleOfARunWithinTheWarmUp) {
  PowerRecorder recorder(Seconds(0.02), Seconds(10));
  recorder.change(Power(100), Seconds(0));
  recorder.settle(Seconds(9));
  EXPECT_TRUE(recorder.trace().power_w.empty());
}

TEST(PowerRecorder, MeasuresWhatGoesBeyondTheSamplesAndNoEdge) {
  PowerRecorder recorder(Seconds(0.02), Seconds(0.02));
  recorder.change(Power(100), Seconds(0));
  recorder.change(Power(900), Seconds(0.01));  // before the first sample
  recorder.change(Power(100), Seconds(0.02));
  recorder.change(Power(500), Seconds(0.045));  // 15 ms of 400 W above the higher sample
  recorder.change(Power(100), Seconds(0.06));
  recorder.change(Power(300), Seconds(0.07));  // an edge
  recorder.settle(Seconds(0.10));
  EXPECT_THAT(recorder.trace().power_w, ElementsAre(100, 100, 100, 300));
  EXPECT_EQ(recorder.trace().between_w, 400);
  EXPECT_NEAR(static_cast<double>(recorder.trace().beyond_rms_w), 200, 1e-3);  // 400 sqrt(15 ms / 60 ms)
}

TEST(PowerRecorder, AgreesWithPlainResampling) {
  std::mt19937 random(11);
  PowerRecorder recorder(Seconds(0.02), Seconds(0));
  struct Change {
    double date, power;
  };
  std::vector<Change> changes;
  for (double date = 0; date < 20; date += static_cast<double>(random() % 40) * 1e-3) {
    changes.push_back({date, static_cast<double>(random() % 1000)});
    recorder.change(Power(changes.back().power), Seconds(date));
  }
  recorder.settle(Seconds(20));
  const auto& samples = recorder.trace().power_w;
  ASSERT_EQ(samples.size(), 1000u);
  for (std::size_t k = 0; k < samples.size(); ++k) {
    double held = 0;
    for (const Change& change : changes)
      if (change.date <= static_cast<double>(k) * 0.02 + 1e-10) held = change.power;
    EXPECT_EQ(static_cast<double>(samples[k]), held) << k;
  }
}

}  // namespace
}  // namespace headroom
