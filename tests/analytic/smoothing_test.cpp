#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "support/smoothing_driver.hpp"

namespace headroom {
namespace {

using test::kTdp;
using test::Record;
using test::StageChain;
using test::two_levels;
using test::Wave;

/// A running job under a floor of 0.90 TDP.
StageChain floor_090() {
  StageChain chain;
  chain.add("gpu_power_smoothing", {{"floor_fraction", 0.90}, {"initial_ceiling_fraction", 1.0}});
  return chain;
}

double overhead(StageChain& chain) {
  const SmoothingBooks books = chain.books(0);
  return books.burned / books.demand;
}

TEST(PowerSmoothing, CostsTheFloorInTheTroughs) {
  struct Shape {
    double low, duty;
  };
  for (const auto [low, duty] : {Shape{500, 0.768}, Shape{750, 0.6}, Shape{200, 0.9}, Shape{400, 0.5}}) {
    StageChain chain = floor_090();
    chain.play(two_levels(kTdp, low, duty, 2.0, 100));
    const double expected = (1 - duty) * (900 - low) / (duty * kTdp + (1 - duty) * low);
    EXPECT_NEAR(overhead(chain), expected, 1e-9) << low << ", " << duty;
    EXPECT_EQ(chain.books(0).unserved, Energy());
  }
}

TEST(PowerSmoothing, CostsTenAndAHalfPercentOfTheMeasuredShape) {
  StageChain chain = floor_090();
  chain.play(two_levels(kTdp, 500, 0.768, 2.0, 100));
  EXPECT_NEAR(overhead(chain), 0.105, 0.0005);
}

TEST(PowerSmoothing, LeavesASwingOfAFifthOfTdpWithOvershoot) {
  StageChain chain = floor_090();
  Wave wave;
  for (int i = 0; i < 50; ++i) wave = wave + Wave{{1.1 * kTdp, 0.05}, {kTdp, 1.45}, {0.5 * kTdp, 0.5}};
  const Record drawn = chain.play(wave);
  EXPECT_NEAR(drawn.highest() - drawn.lowest(), 0.20 * kTdp, 1e-9);
  const double job_of_100_mw = 100e6 / kTdp;
  EXPECT_GT((drawn.highest() - drawn.lowest()) * job_of_100_mw, 10e6);
}

/// The law of the reference page, by which the ceiling falls from what the floor held, step by step: (energy drawn,
/// energy burned).
struct FineSteps {
  double drawn = 0, burned = 0, ceiling = 0, idle = 1e9;

  void play(double demand, double time, double step) {
    const int steps = static_cast<int>(std::lround(time / step));
    for (int i = 0; i < steps; ++i) {
      if (demand > 300) idle = 0;
      const bool holds = idle < 3.0 - step / 2;
      if (holds) ceiling = std::min(kTdp, ceiling + 150 * step);
      else ceiling = std::max(demand, std::min(ceiling, 800.0) - 120 * step);
      const double floor = holds ? std::min(800.0, ceiling) : ceiling;
      const double power = std::min(std::max(demand, floor), ceiling);
      drawn += power * step;
      burned += std::max(power - demand, 0.0) * step;
      idle += step;
    }
  }
};

TEST(PowerSmoothing, FollowsTheLawThroughStartRunAndStop) {
  StageChain chain;
  chain.add("gpu_power_smoothing", {{"floor_fraction", 0.8},
                                    {"ramp_up_w_per_s", 150},
                                    {"ramp_down_w_per_s", 120},
                                    {"stop_delay_s", 3},
                                    {"step_s", 0.05}});
  const Wave wave = Wave{{100, 2}} + two_levels(1000, 450, 0.7, 1.5, 10) + Wave{{100, 8}, {200, 1}, {900, 3}, {50, 12}};
  FineSteps fine;
  for (const auto& level : wave) fine.play(level.power, level.time, 1e-5);
  const double drawn = chain.play(wave).energy();
  EXPECT_NEAR(drawn / fine.drawn, 1.0, 1e-4);
  EXPECT_NEAR(chain.books(0).burned.value() / fine.burned, 1.0, 1e-4);
}

/// A storage without limits behind a job.
StageChain storage(double window, double tick = 0.01) {
  StageChain chain;
  chain.add("rack_storage", {{"window_s", window}, {"tick_s", tick}});
  return chain;
}

TEST(MovingAverageStorage, NeedsTheEnergyAndPowerOfATwoLevelWave) {
  struct Shape {
    double low, duty, period, window;
  };
  for (const auto [low, duty, period, window] :
       {Shape{500, 0.75, 2, 2}, Shape{500, 0.75, 2, 6}, Shape{200, 0.4, 0.5, 5}, Shape{750, 0.9, 5, 5}}) {
    StageChain chain = storage(window);
    const Record drawn = chain.play(two_levels(kTdp, low, duty, period, 40), 2 * window).after(2 * window);
    const double swing = kTdp - low;
    EXPECT_NEAR(chain.use(0).used.value(), swing * duty * (1 - duty) * period, 1e-6 * swing);
    const double peak = std::max(chain.use(0).peak_charge, chain.use(0).peak_discharge).value();
    EXPECT_NEAR(peak, swing * std::max(duty, 1 - duty), 1e-6 * swing);
    EXPECT_NEAR(drawn.highest() - drawn.lowest(), 0.0, 1e-6 * swing);
  }
}

/// Share of a sine's amplitude that is left behind a storage.
double attenuation(StageChain chain, double frequency, double warm) {
  const double step = 0.001;
  Wave wave;
  Record wanted;
  const double periods = std::ceil(20 * frequency);
  const double end = warm + periods / frequency;
  for (double t = 0; t < end; t += step) {
    wave.push_back({600 + 300 * std::sin(2 * std::numbers::pi * frequency * (t + step / 2)), step});
    wanted.push_back({t, t + step, wave.back().power});
  }
  const Record drawn = chain.play(wave);
  const auto mean_removed = [&](Record record) {
    record = record.after(warm);
    for (auto& piece : record) piece.power -= 600;
    return record.amplitude(frequency);
  };
  return mean_removed(drawn) / mean_removed(wanted);
}

TEST(MovingAverageStorage, AttenuatesBySinc) {
  const double window = 2.0;
  for (const double frequency : {0.1, 0.3, 0.7, 1.25, 2.2}) {
    const double x = std::numbers::pi * frequency * window;
    EXPECT_NEAR(attenuation(storage(window, 0.002), frequency, 10.0), std::abs(std::sin(x) / x), 0.002) << frequency;
  }
}

TEST(LowPassStorage, AttenuatesByFirstOrder) {
  StageChain chain;
  chain.add("rack_storage", {{"window_s", 2}, {"tick_s", 0.002}, {"reference", 1}});
  EXPECT_NEAR(attenuation(std::move(chain), 0.5, 20.0), 1 / std::hypot(1.0, std::numbers::pi), 0.002);
}

TEST(FireflyLoad, KeepsItsTargetAndCostsLittleWork) {
  StageChain chain;
  chain.add("firefly", {{"target_fraction", 0.9}, {"counter_duration_s", 0}});
  const Record drawn = chain.play(two_levels(kTdp, 500, 0.75, 2.0, 100));
  double short_of_target = 0;  // time below the target: the poll and the start of the load, once a trough
  for (const auto& piece : drawn)
    if (piece.power < 900) short_of_target += piece.end - piece.begin;
  EXPECT_NEAR(short_of_target, 100 * 0.006, 100 * 0.0011);
  const SmoothingBooks books = chain.books(0);
  EXPECT_LT(books.unserved / books.demand, 0.05);
  EXPECT_GT(books.unserved, Energy());
  const double smoothing = 0.25 * 400 / 875;  // overhead of a floor at the same level
  EXPECT_NEAR(books.burned / books.demand, smoothing, 0.01);
}

/// Iterations of 2 s and checkpoints of 40 s at idle power, between start and stop.
Wave job_with_checkpoints() {
  Wave wave{{100, 60}};
  for (int i = 0; i < 4; ++i) wave = wave + two_levels(kTdp, 500, 0.75, 2.0, 60) + Wave{{100, 40}};
  return wave;
}

double steepest(const Record& drawn) {
  double ramp = 0;
  for (double date = 1; date + 1 < drawn.back().end; date += 0.1)
    ramp = std::max(ramp, std::abs(drawn.at(date + 1) - drawn.at(date)));
  return ramp;
}

/// For the same limit of 70 W/s, a storage alone takes a window of 900 W / (70 W/s); behind ramps of that rate, one
/// iteration is enough. A storage needs about swing x window / 2.
TEST(Combination, NeedsAFractionOfTheStorageAtTheCostOfSmoothing) {
  StageChain alone = storage(900.0 / 70), combined, smoothing;
  const double ramp_alone = steepest(alone.play(job_with_checkpoints()));
  combined.add("gpu_power_smoothing", {}).add("rack_storage", {{"window_s", 2}});
  const double ramp_combined = steepest(combined.play(job_with_checkpoints()));
  smoothing.add("gpu_power_smoothing", {});
  smoothing.play(job_with_checkpoints());
  EXPECT_LE(ramp_alone, 75);
  EXPECT_LE(ramp_combined, 75);
  EXPECT_LT(combined.use(1).used / alone.use(0).used, 0.25);
  EXPECT_EQ(combined.books(0).burned, smoothing.books(0).burned);
}

}  // namespace
}  // namespace headroom
