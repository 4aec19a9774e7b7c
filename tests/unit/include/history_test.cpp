#include "headroom/history.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// Three hours of a day of three, of which two days are remembered.
struct LoadTemplates : testing::Test {
  LoadTemplate hours{Seconds(3600), Seconds(3 * 3600), 2};
  static constexpr Seconds hour(double n) { return Seconds(3600 * n); }
};

TEST_F(LoadTemplates, KnowNothingAtFirst) {
  EXPECT_FALSE(hours.mean(hour(0)));
  EXPECT_FALSE(hours.quantile(hour(0), 0.5));
  EXPECT_FALSE(hours.peak(hour(0), hour(3), 1.0));
}

TEST_F(LoadTemplates, TellTheTimeOfTheCycle) {
  hours.add(hour(1), 10);
  hours.add(hour(4), 20);  // the second day
  EXPECT_FALSE(hours.mean(hour(0.99)));
  EXPECT_EQ(hours.mean(hour(1)), 15);
  EXPECT_EQ(hours.mean(hour(7.5)), 15);
  EXPECT_EQ(hours.quantile(hour(1), 0.5), 10);
  EXPECT_EQ(hours.quantile(hour(1), 0.51), 20);
}

TEST_F(LoadTemplates, ForgetOldCycles) {
  hours.add(hour(1), 10);
  hours.add(hour(4), 20);
  hours.add(hour(7), 40);
  EXPECT_EQ(hours.mean(hour(1)), 30);
}

TEST_F(LoadTemplates, HaveAPeakOverStepsThatAreTouched) {
  hours.add(hour(0), 5);
  hours.add(hour(1), 50);
  hours.add(hour(2), 7);
  EXPECT_EQ(hours.peak(hour(0), hour(1), 1.0), 5);
  EXPECT_EQ(hours.peak(hour(0.5), hour(1), 1.0), 50);
  EXPECT_EQ(hours.peak(hour(2), hour(1.5), 1.0), 7);
  EXPECT_EQ(hours.peak(hour(2), hour(300), 1.0), 50);
}

TEST(History, HasATemplateFromItsFirstValueOn) {
  const LoadTemplate empty(Seconds(300), Seconds(86400), 7);
  History history;
  EXPECT_EQ(history.tokens(ClassId(0)), nullptr);
  history.tokens(ClassId(0), empty, Seconds(300), 12);
  ASSERT_NE(history.tokens(ClassId(0)), nullptr);
  EXPECT_EQ(history.tokens(ClassId(0))->mean(Seconds(599)), 12);
  EXPECT_EQ(history.power(NodeId(0)), nullptr);
}

}  // namespace
}  // namespace headroom
