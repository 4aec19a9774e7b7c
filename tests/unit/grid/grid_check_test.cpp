#include "grid/grid_check.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "support/power_traces.hpp"

namespace headroom {
namespace {

/// A 100 MW job whose smoothing leaves a swing of 20 MW at 0.5 Hz.
std::vector<GridNode> residual_swing() {
  return {{"site", test::square(90e6, 110e6, 2.0, 1.0)}};
}

GridSpec all_limits() {
  GridSpec spec;
  spec.name = "all";
  spec.ramp_up_w_per_s = 5e6;
  spec.ramp_down_w_per_s = 25e6;
  spec.dynamic_range = Power(10e6);
  spec.in_band_energy_fraction = 0.2;
  spec.in_band_bin = Power(20e6);
  return spec;
}

TEST(GridCheck, DescribesANodeWithoutASpecification) {
  const auto results = check_grid(residual_swing(), GridConfig());
  ASSERT_EQ(results.size(), 1u);
  const GridResult& result = results.front();
  EXPECT_EQ(result.path, "site");
  // The 100 samples of a period have harmonics k of variance 2 (20 MW / (100 sin(pi k / 100)))^2; five are above 20 Hz.
  double outside = 0;
  for (const int k : {41, 43, 45, 47, 49})
    outside += 2 * std::pow(20e6 / (100 * std::sin(std::numbers::pi * k / 100)), 2);
  EXPECT_NEAR(result.in_band_rms_w, std::sqrt(1e14 - outside), 1);
  EXPECT_NEAR(result.in_band_fraction, 1 - outside / 1e14, 1e-6);
  EXPECT_NEAR(result.in_band_bin_w, 20e6 * 2 / std::numbers::pi, 0.01e6);
  EXPECT_EQ(result.max_swing_1s_w, 20e6);
  EXPECT_EQ(result.max_swing_10s_w, 20e6);
  EXPECT_EQ(result.max_ramp_w_per_s, 20e6);
  EXPECT_EQ(result.ramp_horizon, Seconds(1));
  EXPECT_NEAR(result.duration.value(), 300, 1e-9);
  EXPECT_TRUE(result.verdicts.empty());
  EXPECT_TRUE(result.passed());
}

TEST(GridCheck, HoldsEveryLimitAgainstItsValue) {
  GridConfig config;
  config.spec = all_limits();
  const GridResult result = check_grid(residual_swing(), config).front();
  std::vector<std::string> failed, passed;
  for (const Verdict& verdict : result.verdicts) (verdict.passed() ? passed : failed).push_back(verdict.check);
  EXPECT_EQ(failed, (std::vector<std::string>{"ramp_up_w_per_s", "dynamic_range_w", "in_band_energy_fraction"}));
  EXPECT_EQ(passed, (std::vector<std::string>{"ramp_down_w_per_s", "in_band_bin_w"}));
  EXPECT_EQ(result.verdicts[1].margin(), 5e6);
  EXPECT_FALSE(result.passed());
}

TEST(GridCheck, LeavesMovesInsideTheDynamicRangeOutOfTheRamps) {
  GridConfig config;
  config.spec = all_limits();
  config.spec->dynamic_range = Power(20e6);
  const GridResult result = check_grid(residual_swing(), config).front();
  EXPECT_EQ(result.verdicts[0].value, 0);
  EXPECT_EQ(result.max_ramp_w_per_s, 20e6);  // of any size
}

TEST(GridCheck, JudgesGivenLimitsAlone) {
  GridConfig config;
  config.spec = GridSpec();
  config.spec->name = "range";
  config.spec->dynamic_range = Power(30e6);
  const GridResult result = check_grid(residual_swing(), config).front();
  ASSERT_EQ(result.verdicts.size(), 1u);
  EXPECT_TRUE(result.passed());
}

TEST(GridCheck, TakesBandAndHorizonOfTheSpecification) {
  GridConfig config;
  config.spec = all_limits();
  config.spec->band = Band{Hertz(1.0), Hertz(20.0)};
  config.spec->horizon = Seconds(0.5);
  const GridResult result = check_grid(residual_swing(), config).front();
  EXPECT_EQ(result.max_ramp_w_per_s, 40e6);
  // Without the fundamental 1 - 8 / pi^2 of the energy is left.
  EXPECT_NEAR(result.in_band_fraction, 1 - 8 / (std::numbers::pi * std::numbers::pi), 0.005);
}

TEST(GridCheck, TellsALineBelowTheBandFromOneInside) {
  const auto rms_w = [](double frequency_hz) {
    const GridResult result =
        check_grid(std::vector<GridNode>{{"site", test::sine(1e6, 2e5, frequency_hz, 600)}}, GridConfig()).front();
    return result.separated ? std::optional(result.in_band_rms_w) : std::nullopt;
  };
  EXPECT_NEAR(rms_w(0.085).value_or(-1), 0, 2e3);
  EXPECT_NEAR(rms_w(0.115).value_or(-1), 2e5 / std::numbers::sqrt2, 1e2);
  EXPECT_FALSE(rms_w(0.098));
}

TEST(GridCheck, RefusesTheBandOfSamplesTooShortToTellItsEdge) {
  // Slow swings of 10 MW at 0.085 Hz, 1 MW at 1 Hz: half a minute cannot tell the first from the band.
  const auto check = [](double seconds) {
    const auto trace = test::sampled(seconds, [](double t) {
      return 1e8 + 1e7 * std::sin(2 * std::numbers::pi * 0.085 * t) + 1e6 * std::sin(2 * std::numbers::pi * t);
    });
    GridConfig config;
    config.spec = GridSpec();
    config.spec->name = "bin";
    config.spec->in_band_bin = Power(2e6);
    return check_grid(std::vector<GridNode>{{"site", trace}}, config).front();
  };
  const GridResult brief = check(30), lasting = check(600);
  EXPECT_FALSE(brief.separated);
  EXPECT_FALSE(brief.verdicts[0].testable());
  EXPECT_TRUE(lasting.verdicts[0].passed());
  EXPECT_NEAR(lasting.in_band_rms_w, 1e6 / std::numbers::sqrt2, 2e4);
}

TEST(GridCheck, LooksThroughTheInstrument) {
  GridConfig config;
  config.instrument = Instrument::one_second_mean;
  const GridResult result = check_grid(residual_swing(), config).front();
  EXPECT_NEAR(result.in_band_bin_w, 20e6 * 2 / std::numbers::pi * 2 / std::numbers::pi, 0.02e6);  // sinc(0.5)
}

TEST(GridCheck, PassesNothingInTheBandThatMovesBetweenSamplesCouldBreak) {
  std::vector<GridNode> nodes = residual_swing();  // 12.7 MW in its largest bin, nearly all of it in the band
  GridConfig config;
  config.spec = GridSpec();
  config.spec->in_band_energy_fraction = 0.999;
  config.spec->in_band_bin = Power(20e6);
  nodes[0].trace.between_w = 1e6F;
  EXPECT_FALSE(check_grid(nodes, config).front().verdicts[0].testable());
  EXPECT_TRUE(check_grid(nodes, config).front().verdicts[1].passed());
  nodes[0].trace.between_w = 6e6F;
  config.band.to = Hertz(0.5);
  for (const Instrument instrument : {Instrument::none, Instrument::one_second_mean}) {
    config.instrument = instrument;
    config.spec->in_band_bin = Power(15e6);
    EXPECT_FALSE(check_grid(nodes, config).front().verdicts[1].testable());
  }
}

TEST(GridCheck, PassesNothingThatItsInstrumentHides) {
  GridConfig config;
  config.spec = all_limits();
  config.spec->in_band_energy_fraction.reset();  // of rounding
  config.instrument = Instrument::one_second_mean;
  const std::vector<GridNode> nodes = {{"site", test::sine(1e6, 1e5, 5.0)}};
  const GridResult hidden = check_grid(nodes, config).front();
  EXPECT_EQ(hidden.resolved, Hertz(0.5));
  for (const Verdict& verdict : hidden.verdicts) EXPECT_FALSE(verdict.testable()) << verdict.check;
  config.spec->band = Band{Hertz(0.1), Hertz(0.5)};
  EXPECT_TRUE(check_grid(nodes, config).front().verdicts.back().passed());
}

TEST(GridCheck, HoldsMovesAgainstTheirOwnTimeAndNotTheBand) {
  std::vector<GridNode> nodes = {{"site", test::sine(1e6, 1e3, 0.2)}};
  GridConfig config;
  config.spec = all_limits();
  config.spec->band = Band{Hertz(0.1), Hertz(0.4)};
  config.spec->in_band_energy_fraction.reset();
  config.spec->horizon = Seconds(2);
  const auto testable = [&](double recorded_to_hz) {
    nodes[0].recorded_to = Hertz(recorded_to_hz);
    std::vector<std::string> checks;
    const GridResult result = check_grid(nodes, config).front();
    for (const Verdict& verdict : result.verdicts)
      if (verdict.testable()) checks.push_back(verdict.check);
    return checks;
  };
  EXPECT_EQ(testable(0.4), (std::vector<std::string>{"in_band_bin_w"}));
  EXPECT_EQ(testable(0.5), (std::vector<std::string>{"ramp_up_w_per_s", "ramp_down_w_per_s", "in_band_bin_w"}));
  EXPECT_EQ(testable(1.0).size(), 4u);
}

TEST(GridCheck, BreaksNoLimitOfTheBandByWhatIsFasterThanItsSamples) {
  std::vector<GridNode> nodes = residual_swing();  // 12.7 MW in its largest bin, 10 MW RMS
  GridConfig config;
  config.spec = GridSpec();
  config.spec->in_band_energy_fraction = 0.5;
  config.spec->in_band_bin = Power(12e6);
  EXPECT_TRUE(check_grid(nodes, config).front().failed());
  nodes[0].trace.between_w = 20e6F;
  nodes[0].trace.beyond_rms_w = 2e6F;
  const GridResult folded = check_grid(nodes, config).front();
  EXPECT_FALSE(folded.failed());
  EXPECT_FALSE(folded.passed());
  EXPECT_EQ(warnings_of({&folded, 1}).size(), 1u);
  nodes[0].trace.beyond_rms_w = 6e6F;  // all of the band may be folded
  EXPECT_EQ(warnings_of(check_grid(nodes, config)).size(), 2u);
  nodes[0].trace.beyond_rms_w = 0.2e6F;
  EXPECT_TRUE(check_grid(nodes, config).front().failed());
}

TEST(GridCheck, TestsNothingOfNodesWithoutSamples) {
  const std::vector<GridNode> nodes = {{"site", {}}, {"row0", test::sine(1e6, 1e5, 1.0, 0.02)}};
  GridConfig config;
  config.spec = all_limits();
  for (const GridResult& result : check_grid(nodes, config)) {
    EXPECT_FALSE(result.measured());
    EXPECT_FALSE(result.passed());
    EXPECT_FALSE(result.failed());
  }
}

}  // namespace
}  // namespace headroom
