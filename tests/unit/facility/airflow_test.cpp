#include "facility/airflow.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr double kCfm = 0.3048 * 0.3048 * 0.3048 / 60;  ///< m3/s

/// TAPAS: 840 CFM at full load; idle 294 with our share, so a server that takes up work adds 546.
TEST(Airflow, GoesFromIdleToFullInALine) {
  const AirflowSpec a100{840 * kCfm};
  EXPECT_NEAR(a100.at(0) / kCfm, 294, 1e-9);
  EXPECT_NEAR((a100.at(1) - a100.at(0)) / kCfm, 546, 1e-9);
  EXPECT_NEAR(a100.at(0.5) / kCfm, 294 + 273, 1e-9);
  EXPECT_NEAR(80 * a100.at(1) / kCfm, 67200, 1e-6);
}

TEST(Airflow, IsNoneWhereNobodySaysIt) {
  EXPECT_EQ(AirflowSpec{}.at(1), 0);
}

/// 6.5 kW warm 0.396 m3/s by 13.6 K; shares of 0.05, 0.1 and 0.2 that come back are 0.7, 1.5 and 3.4 K.
TEST(Recirculation, WarmsByWhatComesBack) {
  const auto rise = [](double share) { return recirculation_rise(0.396, 0.396 * (1 - share), Power(6500)).value(); };
  EXPECT_NEAR(6500 / (kHeatOfAir * 0.396), 13.6, 0.05);
  EXPECT_NEAR(rise(0.05), 0.7, 0.05);
  EXPECT_NEAR(rise(0.10), 1.5, 0.05);
  EXPECT_NEAR(rise(0.20), 3.4, 0.05);
}

TEST(Recirculation, IsNoneWhereThereIsEnough) {
  EXPECT_EQ(recirculation_rise(0.4, 0.4, Power(6500)), Kelvin());
  EXPECT_EQ(recirculation_rise(0, 1, Power(0)), Kelvin());
}

}  // namespace
}  // namespace headroom
