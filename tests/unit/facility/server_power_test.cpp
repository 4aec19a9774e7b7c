#include "facility/server_power.hpp"

#include <gtest/gtest.h>

#include "support/broken_rules.hpp"

namespace headroom {
namespace {

ServerPowerSpec spec() {
  ServerPowerSpec s;
  s.gpus = 8;
  s.host_idle = Power(600);
  s.host_active = Power(800);
  s.fan_min = Power(150);
  s.fan_max = Power(690);
  s.fan_exponent = 3;
  s.psu_rated = Power(18000);
  s.efficiency = {{0.1, 0.90}, {0.2, 0.94}, {0.5, 0.96}};
  return s;
}

const Power a100_tdp{400};

TEST(ServerPower, AddsHostAndFansThroughTheSupplies) {
  const ServerPower server(spec(), a100_tdp);
  // Half load: 1600 + 600 + 400 + 150 + 540 / 8 = 2817.5 W, 0.156528 of 18 kW: efficiency 0.90 + 0.4 * 0.056528.
  EXPECT_NEAR(server.inlet(Power(1600)).value(), 2817.5 / (0.90 + 0.4 * (2817.5 / 18000 - 0.1)), 1e-9);
}

TEST(ServerPower, HoldsTheEfficiencyBeyondTheCurve) {
  const ServerPower server(spec(), a100_tdp);
  // No GPU power: 750 W, below a load of 0.1.
  EXPECT_NEAR(server.inlet(Power(0)).value(), 750 / 0.90, 1e-9);
  // Twice TDP: 6400 + 600 + 1600 + 150 + 540 * 8 = 13070 W, above 0.5.
  EXPECT_NEAR(server.inlet(Power(6400)).value(), 13070 / 0.96, 1e-9);
}

TEST(ServerPower, MatchesADgxA100) {
  const ServerPower server(spec(), a100_tdp);
  EXPECT_NEAR(server.inlet(Power(8 * 61)).value(), 1500, 50);  // idle
  EXPECT_GT(server.inlet(Power(8 * 400)).value(), 5500);       // all GPUs at TDP
  EXPECT_LT(server.inlet(Power(8 * 400)).value(), 5750);
}

TEST(ServerPower, Rises) {
  const ServerPower server(spec(), a100_tdp);
  Power before{0};
  for (double watts = 0; watts < 5000; watts += 1) {
    EXPECT_GT(server.inlet(Power(watts)), before);
    before = server.inlet(Power(watts));
  }
}

TEST(ServerPower, RefusesAnImpossibleSpec) {
  ServerPowerSpec s = spec();
  EXPECT_EQ(test::text_of_broken_rules(s), "");
  s.efficiency = {};
  EXPECT_EQ(test::text_of_broken_rules(s), "/efficiency: needs at least one point\n");
  s.efficiency = {{0.2, 0.9}, {0.1, 0.9}};
  EXPECT_EQ(test::text_of_broken_rules(s), "/efficiency/1: load_fraction must rise from point to point\n");
  s.efficiency = {{0.1, 0.4}, {0.15, 0.9}};  // 10 % of output takes 25 % of input, 15 % only 17 %
  EXPECT_EQ(test::text_of_broken_rules(s), "/efficiency/1: rises so steeply that more output would take less input\n");
  s = spec();
  s.fan_max = Power(100);
  EXPECT_EQ(test::text_of_broken_rules(s), "/fan_max_w: must be at least fan_min_w\n");
}

}  // namespace
}  // namespace headroom
