#include "metrics/meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace headroom {
namespace {

using ::testing::ElementsAre;

TEST(Meter, MeasuresEnergyMeanPeakAndTimeAboveTheBudget) {
  Meter meter(Power(500), Seconds(2), true);
  meter.change(Power(400), Seconds(0));
  meter.change(Power(1000), Seconds(10));
  meter.change(Power(500), Seconds(12));  // at the budget, not above it
  meter.settle(Seconds(20));
  // 400 * 10 + 1000 * 2 + 500 * 8 = 10 kJ in 20 s.
  EXPECT_EQ(meter.energy(), Energy(10000));
  EXPECT_EQ(meter.mean(), Power(500));
  EXPECT_EQ(meter.peak(), Power(1000));
  EXPECT_EQ(meter.above_budget(), Seconds(2));
}

TEST(Meter, WeighsThe99thPercentileByTime) {
  Meter meter(std::nullopt, Seconds(2), true);
  meter.change(Power(100), Seconds(0));
  meter.change(Power(300), Seconds(98));
  meter.settle(Seconds(100));
  EXPECT_NEAR(meter.p99().value(), 300, 0.3);
  meter.change(Power(100), Seconds(100));
  meter.settle(Seconds(300));  // 300 W for 2 of 300 s
  EXPECT_NEAR(meter.p99().value(), 100, 0.1);
}

TEST(Meter, LeavesOutPowerThatLastedNoTime) {
  Meter meter(std::nullopt, Seconds(2), true);
  meter.change(Power(5000), Seconds(1));
  meter.change(Power(100), Seconds(1));
  meter.settle(Seconds(2));
  EXPECT_EQ(meter.peak(), Power(100));
  EXPECT_EQ(meter.above_budget(), Seconds(0));
}

TEST(Meter, SaysZeroBeforeTimeBegins) {
  const Meter meter(std::nullopt, Seconds(2), true);
  EXPECT_EQ(meter.mean(), Power(0));
  EXPECT_EQ(meter.energy(), Energy(0));
}

TEST(BinnedSeries, CutsPowerIntoBins) {
  BinnedSeries series(Seconds(2), true);
  series.add(100, 0, 3);
  series.add(300, 3, 4);
  series.add(50, 4, 5);
  const auto values = series.values();
  EXPECT_THAT(values.mean_w, ElementsAre(100, 200, 50));  // the last bin is half as long
  EXPECT_THAT(values.min_w, ElementsAre(100, 100, 50));
  EXPECT_THAT(values.max_w, ElementsAre(100, 300, 50));
}

TEST(BinnedSeries, FillsManyBinsAtOnce) {
  BinnedSeries series(Seconds(1), true);
  series.add(7, 0, 3.5);
  EXPECT_THAT(series.values().mean_w, ElementsAre(7, 7, 7, 7));
}

TEST(BinnedSeries, DoublesItsBinsBeforeThereAreTooMany) {
  BinnedSeries series(Seconds(1), false);
  for (int i = 0; i < 25000; ++i) series.add(i, i, i + 1);
  EXPECT_EQ(series.bin(), Seconds(4));
  const auto values = series.values();
  ASSERT_EQ(values.mean_w.size(), 6250u);
  // Bin k holds 4 k, ..., 4 k + 3.
  for (const std::size_t k : {0u, 1u, 4000u, 6249u}) {
    EXPECT_DOUBLE_EQ(values.mean_w[k], 4.0 * static_cast<double>(k) + 1.5);
    EXPECT_EQ(values.min_w[k], 4.0 * static_cast<double>(k));
    EXPECT_EQ(values.max_w[k], 4.0 * static_cast<double>(k) + 3);
  }
}

TEST(BinnedSeries, KeepsAGivenWidth) {
  BinnedSeries series(Seconds(1), true);
  series.add(5, 0, 12000);
  EXPECT_EQ(series.bin(), Seconds(1));
  EXPECT_EQ(series.values().mean_w.size(), 12000u);
}

TEST(BinnedSeries, StaysSmallUnderOneLongSpell) {
  BinnedSeries series(Seconds(1), false);
  series.add(5, 0, 1e7);
  EXPECT_LE(series.values().mean_w.size(), BinnedSeries::kMostBins);
  EXPECT_GE(series.values().mean_w.size(), BinnedSeries::kMostBins / 2);
}

/// Samples every 2 s from 2 s on.
SampleStatistics statistics_of(const std::vector<double>& samples) {
  SampleStatistics statistics;
  for (std::size_t i = 0; i < samples.size(); ++i)
    statistics.add(Power(samples[i]), Seconds(2.0 * static_cast<double>(i + 1)));
  return statistics;
}

TEST(SampleStatistics, FindsTheLargestRiseWithinEachWindow) {
  // Within 2 s: 100 to 180. Within 5 s, two samples: 90 to 180. Within 40 s, twenty samples: 50 to 180.
  const SampleStatistics statistics = statistics_of({50, 90, 100, 180, 60, 120});
  EXPECT_EQ(statistics.largest_rise(0), Power(80));
  EXPECT_EQ(statistics.largest_rise(1), Power(90));
  EXPECT_EQ(statistics.largest_rise(2), Power(130));
  EXPECT_EQ(statistics.peak(), Power(180));
}

TEST(SampleStatistics, KeepsTheWindowsClosed) {
  std::vector<double> samples{0};
  samples.resize(20, 10);
  samples.push_back(100);  // 40 s after the 0: counts
  EXPECT_EQ(statistics_of(samples).largest_rise(2), Power(100));
  samples.insert(samples.begin() + 1, 10);  // 42 s after it: does not
  EXPECT_EQ(statistics_of(samples).largest_rise(2), Power(90));
}

TEST(SampleStatistics, KnowsNoRiseWhereNoTwoSamplesAreSoClose) {
  SampleStatistics statistics;
  for (int i = 1; i <= 3; ++i) statistics.add(Power(100.0 * i), Seconds(3.0 * i));
  EXPECT_FALSE(statistics.largest_rise(0));
  EXPECT_EQ(statistics.largest_rise(1), Power(100));
  EXPECT_EQ(statistics.largest_rise(2), Power(200));
}

TEST(SampleStatistics, SeesNoRiseInAFall) {
  const SampleStatistics statistics = statistics_of({300, 200, 100});
  EXPECT_EQ(statistics.peak(), Power(300));
  for (std::size_t window = 0; window < 3; ++window) EXPECT_EQ(statistics.largest_rise(window), Power(0));
  EXPECT_TRUE(SampleStatistics().empty());
}

}  // namespace
}  // namespace headroom
