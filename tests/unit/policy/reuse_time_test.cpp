#include "policy/planning/reuse_time.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace headroom {
namespace {

/// 10,000 tokens of Llama 3 8B.
ReuseOutlook mini_example(double bytes_per_s) {
  return {.queue = Seconds(),
          .prefix = Seconds(1.0),
          .rest = Seconds(0.06),
          .kv_bytes = 10000 * 131072.0,
          .hidden_bytes = 10000 * 8192.0,
          .bytes_per_s = bytes_per_s,
          .requests_wait = false,
          .groups = {}};
}

struct MiniRow {
  double fraction, fast, slow;  ///< seconds at 100 and at 1 Gb/s
};
constexpr std::array<MiniRow, 7> kRows{{{0, 0.164858, 10.546},
                                        {0.125, 0.191554, 9.890},
                                        {0.25, 0.316554, 8.580},
                                        {0.32, 0.386554, 7.846},
                                        {0.5, 0.566554, 5.958},
                                        {0.75, 0.816554, 3.337},
                                        {1, 1.06, 1.06}}};

TEST(ReuseTime, IsThatOfTheMiniExample) {
  for (const MiniRow& row : kRows) {
    EXPECT_NEAR(reusing_prefill(mini_example(12.5e9), row.fraction).value(), row.fast, 1e-6) << row.fraction;
    EXPECT_NEAR(reusing_prefill(mini_example(0.125e9), row.fraction).value(), row.slow, 5.1e-4) << row.fraction;
  }
  EXPECT_DOUBLE_EQ(full_prefill(mini_example(12.5e9)).value(), 1.06);
}

TEST(ReuseTime, GrowsWithLayersAndFallsWithBandwidth) {
  Seconds before{};
  for (double fraction = 0.125; fraction <= 1; fraction += 0.0625) {
    const Seconds now = reusing_prefill(mini_example(12.5e9), fraction);
    EXPECT_GT(now, before);
    before = now;
  }
  for (double fraction = 0; fraction < 1; fraction += 0.125)
    for (double rate = 1e8; rate < 1e12; rate *= 2)
      EXPECT_LE(reusing_prefill(mini_example(2 * rate), fraction), reusing_prefill(mini_example(rate), fraction));
}

/// Frontier of a pair: the more is recomputed, the better.
const std::vector<LayerGroup> kFrontier{{0.125, 10, 0.90}, {0.25, 8, 0.95}, {0.5, 8, 0.99}};

std::optional<std::size_t> chosen(double bytes_per_s, bool requests_wait, const ReuseChoice& choice) {
  ReuseOutlook outlook = mini_example(bytes_per_s);
  outlook.requests_wait = requests_wait;
  outlook.groups = kFrontier;
  return choose_group(outlook, choice);
}

TEST(ReuseChoice, TakesTheFewestLayersOfTheQualityWanted) {
  EXPECT_EQ(chosen(12.5e9, false, {}), 0U);
  EXPECT_EQ(chosen(12.5e9, true, {.quality_wanted = 0.93, .ttft_target = {}}), 1U);
  EXPECT_EQ(chosen(12.5e9, true, {.quality_wanted = 0.999, .ttft_target = {}}), std::nullopt);
}

TEST(ReuseChoice, RecomputesAsMuchAsTheTargetAllowsWhereNobodyWaits) {
  EXPECT_EQ(chosen(12.5e9, false, {.quality_wanted = 0, .ttft_target = Seconds(0.6)}), 2U);
  EXPECT_EQ(chosen(12.5e9, false, {.quality_wanted = 0, .ttft_target = Seconds(0.4)}), 1U);
  EXPECT_EQ(chosen(12.5e9, false, {.quality_wanted = 0, .ttft_target = Seconds(0.1)}), 0U) << "none keeps it";
  EXPECT_EQ(chosen(12.5e9, false, {.quality_wanted = 0, .ttft_target = Seconds(2)}), std::nullopt) << "a full one does";
  EXPECT_EQ(chosen(12.5e9, true, {.quality_wanted = 0, .ttft_target = Seconds(2)}), 0U) << "somebody waits";
}

TEST(ReuseChoice, IsNeverSlowerThanAFullPrefillByItsOwnPrediction) {
  EXPECT_EQ(chosen(0.125e9, false, {}), std::nullopt);
  EXPECT_EQ(chosen(0.125e9, true, {}), std::nullopt);
  EXPECT_EQ(chosen(0.125e9, false, {.quality_wanted = 0, .ttft_target = Seconds(0.1)}), std::nullopt);
}

}  // namespace
}  // namespace headroom
