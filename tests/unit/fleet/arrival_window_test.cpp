#include "headroom/arrival_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace headroom {
namespace {

TEST(ArrivalWindow, SumsOverTheTimeThatItsSecondsHaveLasted) {
  ArrivalWindow window;
  window.add(100, Seconds(0.5));
  window.add(200, Seconds(4.25));
  window.add(50, Seconds(4.75));
  // The fifth second has lasted for 0.75 s, four whole ones before it.
  EXPECT_DOUBLE_EQ(window.per_s(Seconds(5), Seconds(4.75)), 350 / 4.75);
  EXPECT_DOUBLE_EQ(window.per_s(Seconds(1), Seconds(4.75)), 250.0);
  EXPECT_DOUBLE_EQ(window.per_s(Seconds(5), Seconds(6)), 250 / 4.0);
}

TEST(ArrivalWindow, ForgetsWhatIsHalfAMinuteOld) {
  ArrivalWindow window;
  window.add(1000, Seconds(10));
  EXPECT_DOUBLE_EQ(window.per_s(ArrivalWindow::kLongest, Seconds(39)), 1000 / 29.0);
  EXPECT_EQ(window.per_s(ArrivalWindow::kLongest, Seconds(40)), 0);
  window.add(30, Seconds(40.5));  // takes the place of the old bin
  EXPECT_DOUBLE_EQ(window.per_s(ArrivalWindow::kLongest, Seconds(40.5)), 30 / 29.5);
}

TEST(ArrivalWindow, GivesTheSameWheneverItIsAsked) {
  std::mt19937 draw(3);
  ArrivalWindow often, once;
  double now = 0;
  for (int i = 0; i < 500; ++i) {
    now += 0.01 * static_cast<double>(draw() % 300);
    const auto tokens = static_cast<std::uint32_t>(draw() % 1000);
    (void)often.per_s(ArrivalWindow::kLongest, Seconds(now));
    for (ArrivalWindow* window : {&often, &once}) window->add(tokens, Seconds(now));
    const ArrivalWindow fresh = once;  // has not been asked
    for (const double at : {now, std::max(0.0, now - 40), now + 3})
      ASSERT_EQ(often.per_s(ArrivalWindow::kLongest, Seconds(at)), fresh.per_s(ArrivalWindow::kLongest, Seconds(at)));
  }
}

}  // namespace
}  // namespace headroom
