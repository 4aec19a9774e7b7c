#include "trace/trace_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "support/workload_fixtures.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

/// Requests with 1, 2, 3, ... input tokens at regular times.
class RegularRequests : public RequestSource {
 public:
  RegularRequests(int count, double gap_s) : count_(count), gap_s_(gap_s) {}
  bool next(Request& request) override {
    if (i_ == count_) return false;
    request = {static_cast<std::uint64_t>(i_),
               Seconds(100.0 + i_ * gap_s_),
               static_cast<std::uint32_t>(i_ + 1),
               7,
               ClassId(static_cast<std::size_t>(i_ % 4 == 0)),
               Priority::low};
    ++i_;
    return true;
  }

 private:
  int count_;
  double gap_s_;
  int i_ = 0;
};

ClassTable two_classes() {
  ClassTable table;
  table.add("", Priority::low);
  table.add("", Priority::high);
  return table;
}

TEST(TraceStatistics, DescribesRegularArrivals) {
  RegularRequests source(1000, 0.5);
  const auto s = describe(source, two_classes());
  EXPECT_EQ(s.requests, 1000U);
  EXPECT_DOUBLE_EQ(s.duration.value(), 499.5);
  EXPECT_DOUBLE_EQ(s.mean_rate->value(), 2.0);
  ASSERT_EQ(s.busiest.size(), 1U);  // shorter than an hour
  EXPECT_DOUBLE_EQ(s.busiest[0].rate.value(), 2.0);
  EXPECT_NEAR(s.mean_gap.value(), 0.5, 1e-12);
  EXPECT_NEAR(s.gap_cv, 0.0, 1e-9);
  EXPECT_NEAR(s.dispersion_10s.value(), 0.0, 1e-12);
  EXPECT_NEAR(s.dispersion_60s.value(), 0.0, 1e-12);
}

TEST(TraceStatistics, HasExactQuantilesAndShares) {
  RegularRequests source(1000, 0.5);
  const auto s = describe(source, two_classes());
  EXPECT_EQ(s.input.p50_tokens, 500U);
  EXPECT_EQ(s.input.p90_tokens, 900U);
  EXPECT_EQ(s.input.p99_tokens, 990U);
  EXPECT_EQ(s.input.max_tokens, 1000U);
  EXPECT_EQ(s.input.total_tokens, 500'500U);
  EXPECT_DOUBLE_EQ(s.input.mean_tokens, 500.5);
  EXPECT_EQ(s.output.p50_tokens, 7U);
  EXPECT_EQ(s.output.max_tokens, 7U);
  ASSERT_EQ(s.classes.size(), 2U);
  EXPECT_EQ(s.classes[0].name, "low");
  EXPECT_EQ(s.classes[1].requests, 250U);
  EXPECT_DOUBLE_EQ(s.classes[1].share_fraction, 0.25);
}

// Gaps of 20 s: windows of 10 s hold 1, 0, 1, 0, ... Mean 1/2, sample variance 1/4 x n/(n - 1).
TEST(TraceStatistics, CountsWindowsWithoutArrivals) {
  RegularRequests source(101, 20.0);
  const auto s = describe(source, two_classes());
  EXPECT_NEAR(s.dispersion_10s.value(), 0.5 * 200 / 199.0, 1e-12);
}

// Requests a second apart from 100 s on, of 1, 2, ... tokens: whole windows hold 1 to 200, 201 to 500 and 501 to 800.
TEST(TraceStatistics, ComparesThePeakOfTheLoadWithItsMean) {
  RegularRequests source(1000, 1.0);
  EXPECT_NEAR(describe(source, two_classes()).load_peak_over_mean.value(), 195'150 / (320'400 / 3.0), 1e-12);
  RegularRequests short_source(200, 1.0);
  EXPECT_FALSE(describe(short_source, two_classes()).load_peak_over_mean.has_value());
}

TEST(TraceStatistics, TakesNothingAndOneRequest) {
  RegularRequests nothing(0, 1.0);
  const auto none = describe(nothing, two_classes());
  EXPECT_EQ(none.requests, 0U);
  EXPECT_EQ(none.input.max_tokens, 0U);
  EXPECT_FALSE(none.dispersion_10s.has_value());
  RegularRequests single(1, 1.0);
  const auto one = describe(single, two_classes());
  EXPECT_FALSE(one.mean_rate.has_value());
  EXPECT_TRUE(one.busiest.empty());
  EXPECT_EQ(one.input.p99_tokens, 1U);
}

TEST(TraceStatistics, DescribesTheAzureConversationHour) {
  const auto data = test::data_folder();
  if (data.empty()) GTEST_SKIP() << "the measured data are not at ../shared/data or $HEADROOM_DATA";
  WorkloadConfig config;
  config.trace.emplace();
  config.trace->path = (data / "azure-llm-2023/AzureLLMInferenceTrace_conv.csv").string();
  ClassTable table;
  const auto source = make_source(config, table, 1);
  const auto s = describe(*source, table);
  EXPECT_EQ(s.requests, 19366U);
  EXPECT_NEAR(s.mean_rate->value(), 5.53, 0.005);
  EXPECT_NEAR(s.gap_cv, 1.094, 0.001);
  EXPECT_NEAR(s.dispersion_10s.value(), 3.868, 0.001);
  EXPECT_NEAR(s.dispersion_60s.value(), 16.411, 0.001);
  EXPECT_EQ(s.input.p50_tokens, 1020U);
  EXPECT_EQ(s.output.p99_tokens, 601U);
}

}  // namespace
}  // namespace headroom
