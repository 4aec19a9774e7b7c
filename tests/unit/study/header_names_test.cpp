#include "study/header_names.hpp"

#include <gmock/gmock.h>

namespace headroom {
namespace {

using testing::ElementsAre;

TEST(BriefNames, HaveAsFewStepsAsTellThemApart) {
  EXPECT_THAT(brief_names({"/site/servers", "/throttle/brakes", "/classes/low/latency/e2e_s/p99",
                           "/classes/high/latency/e2e_s/p99", "/latency/e2e_s/p99"},
                          {"point"}),
              ElementsAre("servers", "brakes", "low_latency_e2e_s_p99", "high_latency_e2e_s_p99", "latency_e2e_s_p99"));
}

TEST(BriefNames, OfAChangeAreLongerThanThoseOfTheValue) {
  EXPECT_THAT(brief_names({"/energy/it_kwh", "/impact_fraction/energy/it_kwh"}, {}),
              ElementsAre("energy_it_kwh", "impact_fraction_energy_it_kwh"));
}

TEST(BriefNames, AreLettersDigitsAndLowLines) {
  EXPECT_THAT(brief_names({"/power/row0~1rack8/p99_w", "/power/row0/p99_w", "/policy/controllers/0", "/a/b~0c"}, {}),
              ElementsAre("row0_rack8_p99_w", "row0_p99_w", "controllers_0", "b_c"));
}

TEST(BriefNames, AreNeverTheSame) {
  EXPECT_THAT(brief_names({"/a-b", "/a.b", "/point"}, {"point"}), ElementsAre("a_b", "a_b_2", "point_2"));
}

}  // namespace
}  // namespace headroom
