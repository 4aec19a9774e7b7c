#include <gtest/gtest.h>

#include <memory>

#include "profile/profile_table.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

namespace headroom::test {
namespace {

/// Notes which profile it is shown.
struct AsksProfile : Controller {
  const Profile** shown = nullptr;
  [[nodiscard]] bool needs_profile() const override { return true; }
  [[nodiscard]] Seconds period() const override { return Seconds(2); }
  void control(const ControlView& view, Actions&) override { *shown = view.world.profile; }
};

TEST(ProfileInRun, IsWhatControllersAreShown) {
  Scenario scenario = small_scenario();
  scenario.duration = Seconds(10);
  EXPECT_FALSE(scenario.needs_profile());
  const Profile* shown = nullptr;
  auto controller = std::make_unique<AsksProfile>();
  controller->shown = &shown;
  add_controller(scenario, "asks_profile", std::move(controller));
  EXPECT_TRUE(scenario.needs_profile());
  const ProfileTable profile(scenario, {});
  ClassTable classes;
  classes.add("", Priority::low);
  ListSource source({request(0, 1, 10, 10)});
  Simulation(scenario, classes, source, {{}, {}, &profile}).run();
  EXPECT_EQ(shown, &profile);
}

}  // namespace
}  // namespace headroom::test
