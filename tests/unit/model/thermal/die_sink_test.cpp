#include "model/thermal/die_sink.hpp"

#include <gtest/gtest.h>

#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

using test::a100_thermal;
using test::h100_thermal;

/// TAPAS (ASPLOS 2025) figure 7: an inlet of 21 degC gives 22.7 at no power and 62.3 at 750 W; 31 degC give 32.5 and
/// 72.1.
TEST(DieSink, SettlesWhereTapasMeasuredIt) {
  const ThermalSpec spec = h100_thermal();
  const DieSink gpu(spec, 1.0);
  const auto settled = [&](double inlet, double watts) {
    return gpu.steady(Power(watts), spec.ambient(Celsius(inlet))).die().value();
  };
  EXPECT_NEAR(settled(21, 0), 22.7, 0.2);
  EXPECT_NEAR(settled(21, 750), 62.3, 0.2);
  EXPECT_NEAR(settled(31, 0), 32.5, 0.2);
  EXPECT_NEAR(settled(31, 750), 72.1, 0.2);
  EXPECT_NEAR(settled(21, 700) - settled(21, 0), 37, 0.1);  // at TDP
}

/// The worked examples of an A100 at an inlet of 23 degC: idle with a model, decode, TDP, TDP on the first position;
/// and where a GPU with a fifth more of resistance is at its limit.
TEST(DieSink, SettlesAsAnA100Does) {
  const ThermalSpec spec = a100_thermal();
  const auto settled = [&](double watts, double factor, double inlet) {
    return DieSink(spec, factor).steady(Power(watts), spec.ambient(Celsius(inlet))).die().value();
  };
  EXPECT_NEAR(settled(71, 1, 23), 31.3, 0.05);
  EXPECT_NEAR(settled(244, 1, 23), 47.6, 0.1);
  EXPECT_NEAR(settled(400, 1, 23), 62.2, 0.05);
  EXPECT_NEAR(settled(400, 1.069, 23), 64.8, 0.05);
  EXPECT_NEAR(settled(400, 1.2, 38.7), 85, 0.1);
}

/// Against Simpson's rule with steps well below the die's time constant.
TEST(DieSink, KnowsTheIntegralOfTheDiesTemperature) {
  const DieSink gpu(a100_thermal(), 1.1);
  const DieSinkState start{Celsius(70), Kelvin(2)};
  const Seconds length(12);
  const Trajectory way = gpu.die_from(start, Power(350), Celsius(30));
  constexpr int kSteps = 2400;
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i)
    sum += (i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2) * way.at(length * (i / double{kSteps})).value();
  const DieSinkState end = gpu.after(start, Power(350), Celsius(30), length);
  EXPECT_NEAR(gpu.degree_seconds(start, end, Power(350), Celsius(30), length), sum * length.value() / kSteps / 3, 1e-6);
}

/// TAPAS figure 16: 33 degC and 0.058 K/W at an inlet of 23 degC.
TEST(ThermalSpec, HasTheMemoryFollowTheHeatsink) {
  ThermalSpec spec = a100_thermal();
  spec.hbm_rise = Kelvin(8.4);
  spec.r_hbm = KelvinPerWatt(0.058);
  const Celsius ambient = spec.ambient(Celsius(23));
  EXPECT_NEAR(spec.hbm(DieSink(spec, 1).steady(Power(400), ambient).sink, ambient).value(), 33 + 0.058 * 400, 0.05);
  EXPECT_NEAR(spec.hbm(DieSink(spec, 1).steady(Power(0), ambient).sink, ambient).value(), 33, 0.05);
}

/// From 244 W, where Llama-2-70B decodes, to TDP in a prefill.
TEST(DieSink, RisesFiveKelvinInAQuarterOfASecondOfPrefill) {
  const ThermalSpec spec = a100_thermal();
  const DieSink gpu(spec, 1.0);
  const DieSinkState before = gpu.steady(Power(244), Celsius(25));
  const DieSinkState after = gpu.after(before, Power(400), Celsius(25), Seconds(0.25));
  EXPECT_NEAR((after.die() - before.die()).value(), 5, 0.1);
  EXPECT_LT((after.sink - before.sink).value(), 0.1);
}

TEST(DieSink, ScalesItsResistances) {
  const DieSink gpu(a100_thermal(), 1.1);
  EXPECT_NEAR(gpu.steady(Power(400), Celsius(20)).die().value(), 20 + 1.1 * 0.094 * 400, 1e-9);
}

TEST(DieSink, HoldsAtTheEquilibriumOfTheRelease) {
  const DieSink gpu(a100_thermal(), 1.0);
  // A cool sink: 83 = 45 + 0.094 P.
  const DieSinkState cool{Celsius(70), Kelvin(15)};
  EXPECT_NEAR(gpu.holding_power(cool, Celsius(85), Celsius(83), Celsius(45)).value(), 38 / 0.094, 1e-9);
  // A sink of 80 degC leaves the die 5 K: 0.036 P = 5.
  const DieSinkState hot{Celsius(80), Kelvin(5)};
  EXPECT_NEAR(gpu.holding_power(hot, Celsius(85), Celsius(83), Celsius(45)).value(), 5 / 0.036, 1e-9);
  EXPECT_EQ(gpu.holding_power(hot, Celsius(85), Celsius(83), Celsius(90)), Power(0));
}

TEST(ThermalSpec, KnowsTheHottestOfSomeGpus) {
  ThermalSpec spec = a100_thermal();
  spec.position_offsets = {0.01, 0.03, -0.02, 0.02};
  EXPECT_EQ(spec.hottest(0, 4), 1U);
  EXPECT_EQ(spec.hottest(2, 2), 3U);
  EXPECT_EQ(spec.position_offset(3), 0.02);
  spec.position_offsets.clear();
  EXPECT_EQ(spec.hottest(2, 2), 2U);
  EXPECT_EQ(spec.position_offset(2), 0.0);
}

}  // namespace
}  // namespace headroom
