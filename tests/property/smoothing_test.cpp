#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/smoothing_driver.hpp"

namespace headroom {
namespace {

using test::Record;
using test::StageChain;
using test::Wave;

double in(int low, int high, double unit) {
  return *rc::gen::inRange(low, high + 1) * unit;
}

/// Levels of 0 to 1.2 TDP, of any length and often exactly at the threshold of activity or at TDP.
Wave random_wave() {
  Wave wave;
  const int levels = *rc::gen::inRange(1, 60);
  for (int i = 0; i < levels; ++i) {
    const double power = *rc::gen::element(0.0, 300.0, 1000.0, 1100.0, in(0, 1200, 1.0));
    const double time = *rc::gen::element(0.01, 0.05, 1.0, in(1, 6000, 0.001));
    wave.push_back({power, time});
  }
  return wave;
}

void add_power_smoothing(StageChain& chain) {
  const double floor = in(0, 90, 0.01), up = in(10, 2000, 1.0), down = in(10, 2000, 1.0);
  chain.add("gpu_power_smoothing", {{"floor_fraction", floor},
                                    {"ramp_up_w_per_s", up},
                                    {"ramp_down_w_per_s", down},
                                    {"stop_delay_s", in(0, 40, 0.1)},
                                    {"initial_ceiling_fraction", in(0, 1, 1.0)},
                                    {"standby", in(0, 1, 1.0)}});
}

void add_storage(StageChain& chain) {
  const double window = in(1, 50, 0.1);
  chain.add("rack_storage", {{"window_s", window},
                             {"tick_s", window / 17},
                             {"reference", in(0, 1, 1.0)},
                             {"capacity_j_per_gpu", in(10, 3000, 1.0)},
                             {"charge_w_per_gpu", in(10, 800, 1.0)},
                             {"discharge_w_per_gpu", in(10, 800, 1.0)},
                             {"efficiency_fraction", in(50, 100, 0.01)},
                             {"restore_per_s", in(0, 20, 0.01)}});
}

/// demand + burned + stored + lost - unserved = drawn, in the books of every stage and from stage to stage.
void expect_balance(StageChain& chain, const Wave& wave, const Record& record) {
  Energy expected;
  for (const auto& level : wave) expected += Power(level.power) * Seconds(level.time);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const SmoothingBooks books = chain.books(i);
    const double scale = 1.0 + books.demand.value();
    const Energy left = books.demand - books.unserved + books.burned + books.stored + books.lost - books.drawn;
    RC_ASSERT(std::abs(left.value()) <= 1e-12 * scale);
    RC_ASSERT(std::abs((books.demand - expected).value()) <= 1e-9 * scale);
    RC_ASSERT(books.unserved.value() >= -1e-9 * scale);
    RC_ASSERT(books.burned.value() >= -1e-9 * scale);
    RC_ASSERT(books.lost.value() >= 0.0);
    expected = books.drawn;
  }
  RC_ASSERT(std::abs(record.energy() - expected.value()) <= 1e-9 * (1.0 + expected.value()));
}

RC_GTEST_PROP(SmoothingProperty, KeepsEnergyThroughPowerSmoothingAndStorage, ()) {
  StageChain chain;
  add_power_smoothing(chain);
  add_storage(chain);
  const Wave wave = random_wave();
  const Record record = chain.play(wave);
  expect_balance(chain, wave, record);
  RC_ASSERT(record.lowest() >= 0.0);
  RC_ASSERT(*chain.use(1).lowest_charge_fraction >= 0.10 * (1 - 1e-12));
  RC_ASSERT(*chain.use(1).highest_charge_fraction <= 0.90 * (1 + 1e-12));
}

RC_GTEST_PROP(SmoothingProperty, KeepsEnergyThroughFireflyAndCap, ()) {
  StageChain chain;
  chain.add("power_cap", {{"cap_w", in(100, 1000, 1.0)}});
  chain.add("firefly", {{"poll_s", in(1, 100, 0.001)},
                        {"engage_s", in(0, 50, 0.001)},
                        {"back_off_s", in(0, 50, 0.001)},
                        {"slowdown_fraction", in(0, 4, 0.01)},
                        {"counter_period_s", in(1, 20, 0.1)},
                        {"counter_duration_s", in(0, 9, 0.01)}});
  const Wave wave = random_wave();
  expect_balance(chain, wave, chain.play(wave));
}

RC_GTEST_PROP(SmoothingProperty, NeverDrawsAboveTheRampOfAStartFromIdle, ()) {
  StageChain chain;
  const double up = in(10, 2000, 1.0);
  chain.add("gpu_power_smoothing", {{"ramp_up_w_per_s", up}, {"overshoot_fraction", 1.0}});
  for (const auto& piece : chain.play(random_wave())) {
    RC_ASSERT(piece.power <= test::kTdp);
    RC_ASSERT(piece.power <= 300.0 + up * piece.end + 1e-9);
  }
}

}  // namespace
}  // namespace headroom
