#include "policy/tapas/choice.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "policy/tapas/risk.hpp"
#include "support/measured_data.hpp"

namespace headroom::test {
namespace {

/// The configurations of TAPAS figure 17; empty where the data is absent.
std::vector<Candidate> figure_17() {
  const std::map<std::string, double> quality{{"70B", 1.0}, {"13B", 0.85}, {"7B", 0.65}};
  std::vector<Candidate> all;
  const auto file = data_folder() / "papers/tapas_fig17_llama2_configs.csv";
  if (!std::filesystem::exists(file)) return all;
  for (const Row& row : read_csv(file))
    all.push_back({quality.at(row.at("model")), std::stod(row.at("norm_goodput")), std::stod(row.at("norm_temp")),
                   std::stod(row.at("norm_power"))});
  return all;
}

TEST(ConfigurationChoice, IsThatOfThePagesExamples) {
  const std::vector<Candidate> all = figure_17();
  if (all.empty()) GTEST_SKIP() << "needs papers/tapas_fig17_llama2_configs.csv of the measured data";
  struct Case {
    double need, temperature, power;
    double quality, goodput, t, p;
  };
  for (const Case& c : {Case{.15, 1.00, 1.00, 1.0, .2897, .944, .680}, Case{.15, .87, .55, 1.0, .2537, .812, .511},
                        Case{.15, .87, .40, 1.0, .1934, .795, .343}, Case{.15, .87, .30, 1.0, .1602, .851, .264},
                        Case{.15, .87, .24, .85, .3787, .840, .231}, Case{.15, .80, .30, .85, .4936, .773, .267},
                        Case{.90, .90, .40, .65, .9786, .855, .329}}) {
    const auto best = best_choice(all, {c.need, c.temperature, c.power, 0});
    ASSERT_TRUE(best) << c.temperature << ", " << c.power;
    EXPECT_DOUBLE_EQ(all[*best].quality, c.quality);
    EXPECT_NEAR(all[*best].goodput, c.goodput, 5e-5);
    EXPECT_NEAR(all[*best].temperature, c.t, 5e-4);
    EXPECT_NEAR(all[*best].power, c.p, 5e-4);
  }
  EXPECT_FALSE(best_choice(all, {.15, .70, .30, 0}));
  EXPECT_DOUBLE_EQ(all[least_choice(all)].quality, .65);
}

TEST(ConfigurationChoice, MoreHeadroomNeverLowersQuality) {
  const std::vector<Candidate> all{{1, 10, 60, 6}, {1, 4, 50, 3}, {.85, 12, 55, 4}, {.65, 20, 40, 2}};
  double before = 0;
  for (double power = 2; power <= 6; power += 0.5) {
    const auto best = best_choice(all, {3, 60, power, 0});
    ASSERT_TRUE(best);
    EXPECT_GE(all[*best].quality, before);
    before = all[*best].quality;
  }
  EXPECT_DOUBLE_EQ(before, 1);
}

/// Row limit 128 kW, estimate 122, standard deviation 5 %: 1 - Phi(0.98); at 116: 1 - Phi(2.07).
TEST(Risk, IsThatOfThePagesExample) {
  EXPECT_NEAR(risk_above(128, 122, 6.1), 0.16, 0.005);
  EXPECT_NEAR(risk_above(128, 116, 5.8), 0.02, 0.002);
  EXPECT_NEAR(normal_tail(1.959963985), 0.025, 1e-7);
  EXPECT_NEAR(normal_tail(-1.959963985), 0.975, 1e-7);
  EXPECT_EQ(risk_above(1, 2, 0), 1.0);
}

}  // namespace
}  // namespace headroom::test
