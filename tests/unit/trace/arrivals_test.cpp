#include "trace/arrivals.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::problem_of;

RateCurveConfig curve_of(std::vector<double> values, double step_s, Interpolation interpolation,
                         Normalisation normalise) {
  RateCurveConfig config;
  config.values = std::move(values);
  config.step = Seconds(step_s);
  config.interpolation = interpolation;
  config.normalise = normalise;
  return config;
}

Scatter regular() {
  Scatter scatter;
  scatter.cv = 0.0;
  return scatter;
}

std::vector<double> times_until(ArrivalClock& clock, double end_s) {
  std::vector<double> times;
  for (double t = clock.next(); t < end_s; t = clock.next()) times.push_back(t);
  return times;
}

double cv_of_gaps(const std::vector<double>& times) {
  const double mean = (times.back() - times.front()) / static_cast<double>(times.size() - 1);
  double squares = 0.0;
  for (std::size_t i = 1; i < times.size(); ++i) squares += std::pow(times[i] - times[i - 1] - mean, 2);
  return std::sqrt(squares / static_cast<double>(times.size() - 1)) / mean;
}

RateCurve curve_from(const RateCurveConfig& config) {
  Warnings warnings;
  return RateCurve(config, warnings);
}

TEST(RateCurve, HoldsOrInterpolatesAndRepeats) {
  const RateCurve held = curve_from(curve_of({1, 3}, 10.0, Interpolation::hold, Normalisation::mean));
  EXPECT_EQ(held.segment(0).rate_at(9.0), 0.5);
  EXPECT_EQ(held.segment(1).rate_at(11.0), 1.5);
  EXPECT_EQ(held.segment(2).start_s, 20.0);
  EXPECT_EQ(held.segment(2).rate_at(25.0), 0.5);
  const RateCurve linear = curve_from(curve_of({1, 4}, 10.0, Interpolation::linear, Normalisation::peak));
  EXPECT_EQ(linear.segment(0).rate_at(0.0), 0.25);
  EXPECT_EQ(linear.segment(0).rate_at(5.0), 0.625);
  EXPECT_EQ(linear.segment(3).rate_at(40.0), 0.25);
}

TEST(RateCurve, ReadsAFile) {
  const test::TemporaryFolder folder;
  RateCurveConfig config;
  config.path = folder.write("curve.csv", "t_start_s,aggregate_rps\n600,100\n1200,300\n");
  Warnings warnings;
  const RateCurve curve(config, warnings);
  EXPECT_TRUE(warnings.empty());
  EXPECT_EQ(curve.segment(0).start_s, 0.0);
  EXPECT_EQ(curve.segment(1).end_s, 1200.0);
  EXPECT_EQ(curve.segment(1).start_rate, 1.5);
  config.path = folder.write("zero.csv", "t_start_s,aggregate_rps\n0,0\n600,0\n");
  EXPECT_EQ(problem_of([&] { (void)curve_from(config); }),
            config.path + ": the rates must lie between 0 and 1e9, and one must be at least 1e-9");
  config.path = folder.write("steps.csv", "t_start_s,aggregate_rps\n0,1\n1e-9,1\n");
  EXPECT_EQ(problem_of([&] { (void)curve_from(config); }),
            config.path + ":3: comes 1e-09 s after the row before; steps last 0.001 s to 1e9 s");
  config.path = folder.write("short.csv", "t_start_s,aggregate_rps\n0,1\n");
  EXPECT_EQ(problem_of([&] { (void)curve_from(config); }), config.path + ": the curve needs two rows or more");
}

TEST(RateCurve, ReadsTheMeasuredCurves) {
  const auto data = test::data_folder();
  if (data.empty()) GTEST_SKIP() << "the measured data are not at ../shared/data or $HEADROOM_DATA";
  RateCurveConfig config;
  config.path = (data / "servegen/aggregate_rate_language_m-large.csv").string();
  const RateCurve curve = curve_from(config);
  EXPECT_EQ(curve.segment(1).start_s, 600.0);
}

// Regular gaps of one unit of work each: at 2/s an arrival every 0.5 s.
TEST(ArrivalClock, IsRegularWithoutScatter) {
  ArrivalClock clock(2.0, {}, regular(), 1, "/w");
  EXPECT_DOUBLE_EQ(clock.next(), 0.5);
  EXPECT_DOUBLE_EQ(clock.next(), 1.0);
}

TEST(ArrivalClock, EndsWithTheRun) {
  ArrivalClock clock(1e-6, curve_from(curve_of({1, 0}, 0.001, Interpolation::hold, Normalisation::peak)), regular(), 1,
                     "/w", Seconds(10));
  EXPECT_TRUE(std::isinf(clock.next()));
}

TEST(ArrivalClock, RefusesPiecesWithoutEndBetweenArrivals) {
  ArrivalClock clock(1e-9, curve_from(curve_of({1, 0}, 0.001, Interpolation::hold, Normalisation::peak)), regular(), 1,
                     "/w");
  EXPECT_EQ(problem_of([&] { (void)clock.next(); }),
            "/w: more than 50,000,000 bursts and steps of the rate curve pass without an arrival");
}

// Rate 1.5 t on [0, 2]: the integral 0.75 t^2 reaches 1 at sqrt(4/3), 2 at sqrt(8/3), 3 at 2.
TEST(ArrivalClock, InvertsALinearRateExactly) {
  const RateCurve ramp = curve_from(curve_of({0, 1}, 2.0, Interpolation::linear, Normalisation::peak));
  ArrivalClock clock(3.0, ramp, regular(), 1, "/w");
  EXPECT_NEAR(clock.next(), std::sqrt(4.0 / 3.0), 1e-14);
  EXPECT_NEAR(clock.next(), std::sqrt(8.0 / 3.0), 1e-14);
  EXPECT_NEAR(clock.next(), 2.0, 1e-14);
  EXPECT_NEAR(clock.next(), 4.0 - std::sqrt(8.0 / 3.0), 1e-14);  // the falling half mirrors the rising one
}

// 0.25/s, and nothing in [10, 20): after 4 s and 8 s, half a unit of work before the pause and half behind it.
TEST(ArrivalClock, PassesOverTimesOfRateZero) {
  const RateCurve curve = curve_from(curve_of({1, 0}, 10.0, Interpolation::hold, Normalisation::peak));
  ArrivalClock clock(0.25, curve, regular(), 1, "/w");
  EXPECT_NEAR(clock.next(), 4.0, 1e-12);
  EXPECT_NEAR(clock.next(), 8.0, 1e-12);
  EXPECT_NEAR(clock.next(), 22.0, 1e-12);
}

TEST(ArrivalClock, GammaGapsHaveTheirRateAndCv) {
  for (const double cv : {0.5, 1.0, 2.0}) {
    Scatter scatter;
    scatter.cv = cv;
    ArrivalClock clock(10.0, {}, scatter, 1, "/w");
    const auto times = times_until(clock, 20'000.0);
    EXPECT_NEAR(static_cast<double>(times.size()), 200'000.0, 5.0 * cv * std::sqrt(200'000.0)) << cv;
    EXPECT_NEAR(cv_of_gaps(times), cv, 0.03 * cv) << cv;
  }
}

TEST(ArrivalClock, OnOffKeepsTheMeanRate) {
  Scatter scatter;
  scatter.switches = true;
  scatter.on_mean = Seconds(10.0);
  scatter.off_mean = Seconds(30.0);
  scatter.off_cv = 1.5;
  ArrivalClock clock(2.0, {}, scatter, 1, "/w");
  const auto times = times_until(clock, 400'000.0);
  EXPECT_NEAR(static_cast<double>(times.size()) / 400'000.0, 2.0, 0.1);
  EXPECT_GT(cv_of_gaps(times), 5.0);
}

TEST(ArrivalClock, FollowsTheCurve) {
  const RateCurve curve = curve_from(curve_of({1, 3}, 100.0, Interpolation::hold, Normalisation::mean));
  ArrivalClock clock(10.0, curve, {}, 1, "/w");
  int first_half = 0;
  int second_half = 0;
  for (const double t : times_until(clock, 20'000.0)) ++(std::fmod(t, 200.0) < 100.0 ? first_half : second_half);
  EXPECT_NEAR(first_half, 50'000, 5 * 224);
  EXPECT_NEAR(second_half, 150'000, 5 * 388);
}

}  // namespace
}  // namespace headroom
