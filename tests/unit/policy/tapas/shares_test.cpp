#include "policy/tapas/shares.hpp"

#include <gtest/gtest.h>

#include "policy/control/cap_law.hpp"
#include "support/policy_views.hpp"

namespace headroom::test {
namespace {

/// 60 kW on server 0, nothing elsewhere.
class SixtyKilowatts final : public VmOutlook {
 public:
  std::size_t opaque_on(ServerId server) const override { return server.index() == 0; }
  Power expected(ServerId server, Seconds) const override { return Power(server.index() == 0 ? 60e3 : 0); }
  Power expected_gpus(ServerId server, Seconds at) const override { return expected(server, at); }
};

/// The failure of the page: limits fall from 128 to 96 kW and 60 kW are opaque, so that 96 x 0.97 - 60 = 33.12 kW are
/// left, which go by what is wanted: three to one.
TEST(PortionsOfARow, AreWhatTheLimitLeavesByLoad) {
  HandmadeView view;
  NakedServers catalogue;
  SixtyKilowatts vms;
  view.world.catalogue = &catalogue;
  NodeTelemetry row;
  row.name = "row0";
  row.budget = Power(96e3);
  for (std::size_t i = 0; i < 3; ++i) {
    view.fleet.add_server(TypeId(0), 8);
    row.servers.push_back({ServerId(i), Priority::low, Hertz(1410e6)});
  }
  view.site.nodes.push_back(row);
  ControlView seen = view.at(Seconds(0));
  seen.vms = &vms;
  std::vector<Serving> serving(2);
  serving[0].id = ServerId(1);
  serving[0].wanted_gpus = Power(30e3);
  serving[1].id = ServerId(2);
  serving[1].wanted_gpus = Power(10e3);
  const Shares shares(seen, serving, 0.97);
  EXPECT_NEAR(shares.of(0).power_w + shares.of(1).power_w, 33.12e3, 1e-6);
  EXPECT_NEAR(shares.of(0).power_w, 24.84e3, 1e-6);
}

/// 100 kW of which 40 do not move with the clock; 82 kW are 0.7 of what does.
TEST(CapLaw, TakesTheHighestClockThatFits) {
  const std::vector<double> ratios{0.3, 0.5, 0.69, 0.71, 1.0};
  EXPECT_EQ(highest_fitting({.now = 100, .fixed = 40, .ratio = 1, .limit = 82}, 1.0, ratios), 2U);
  EXPECT_EQ(highest_fitting({.now = 100, .fixed = 40, .ratio = 1, .limit = 110}, 1.0, ratios), 4U);
  EXPECT_EQ(highest_fitting({.now = 70, .fixed = 40, .ratio = 0.5, .limit = 82}, 1.0, ratios), 2U);
  EXPECT_EQ(highest_fitting({.now = 100, .fixed = 40, .ratio = 1, .limit = 41}, 1.0, ratios), 0U);
}

}  // namespace
}  // namespace headroom::test
