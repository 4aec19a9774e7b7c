#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "policy/builtin.hpp"
#include "support/vm_views.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::HandmadeHeat;
using test::HandmadeVms;
using testing::ElementsAre;

const LoadSeries kLight = {10, 10, 10};

Vm opaque(const LoadSeries& gpu_w = kLight) {
  Vm vm;
  vm.gpu_w = gpu_w;
  return vm;
}
Vm serving(const LoadSeries& gpu_w = kLight) {
  Vm vm = opaque(gpu_w);
  vm.service = ServiceId(0);
  return vm;
}

std::optional<std::size_t> placed(std::string_view kind, const VmView& view, const Vm& vm = opaque()) {
  const auto policy = test::chosen(builtin_vm_placements(), kind, {});
  const auto server = policy.value->place(vm, view);
  return server ? std::optional(server->index()) : std::nullopt;
}

TEST(VmPlacements, FirstFitTakesTheLowestServer) {
  HandmadeVms view(2, 2);
  view.taken = {true, false, false, false};
  EXPECT_EQ(placed("first_fit", view), 1U);
  view.taken.assign(4, true);
  for (const auto& kind : builtin_vm_placements()) EXPECT_EQ(placed(kind.kind, view), std::nullopt) << kind.kind;
}

TEST(VmPlacements, PackingFillsTheFullestRow) {
  HandmadeVms view(3, 3);
  view.taken = {false, true, false, false, false, false, true, false, false};
  EXPECT_EQ(placed("packing", view), 0U);
  view.taken[7] = true;
  EXPECT_EQ(placed("packing", view), 8U);
  view.taken[8] = true;
  EXPECT_EQ(placed("packing", view), 0U);
}

TEST(VmPlacements, RandomTakesAnyServerByTheDrawOfTheMachine) {
  HandmadeVms view(1, 4);
  view.taken = {false, true, false, false};
  std::vector<std::size_t> servers;
  for (const double draw : {0.0, 0.33, 0.34, 0.67, 0.999}) {
    Vm vm = opaque();
    vm.draw = draw;
    servers.push_back(*placed("random", view, vm));
  }
  EXPECT_THAT(servers, ElementsAre(0, 0, 2, 3, 3));
}

/// The table of the validator: a row of 123 kW whose template is 90, 120, 100 kW.
TEST(TapasPlacement, KeepsRowsWithinTheirLimitAtEveryStep) {
  HandmadeVms view(1, 1);
  view.rows_w = {{90e3, 120e3, 100e3}};
  view.limits_w = {123e3};
  const auto is_accepted = [&](LoadSeries added) { return placed("tapas", view, opaque(added)).has_value(); };
  EXPECT_TRUE(is_accepted({4e3, 2e3, 5e3}));
  EXPECT_TRUE(is_accepted({10e3, 1e3, 20e3}));
  EXPECT_TRUE(is_accepted({3e3, 3e3, 3e3}));
  EXPECT_FALSE(is_accepted({1e3, 4e3, 1e3}));
  EXPECT_FALSE(is_accepted({5e3, 5e3, 5e3}));
}

/// 67,200 CFM; a machine that takes an idle server to full load adds 546.
TEST(TapasPlacement, KeepsAislesWithinTheirAir) {
  HandmadeHeat heat;
  heat.at_tdp_c = {60};
  heat.supplies = {67200};
  HandmadeVms view(1, 1);
  view.warmth = &heat;
  const LoadSeries full = {546, 546, 546};
  view.aisles = {{66500, 66500, 66500}};
  EXPECT_TRUE(placed("tapas", view, serving(full)));
  view.aisles = {{67046, 67046, 67046}};
  EXPECT_FALSE(placed("tapas", view, serving(full)));
}

/// Nine servers: 60 61 62, 64 65 66, 70 71 72 degrees, in no order.
class TapasGroups : public testing::Test {
 protected:
  TapasGroups() : view_(1, 9) {
    heat_.at_tdp_c = {70, 64, 60, 71, 65, 61, 72, 66, 62};
    heat_.supplies = {1e9};
    view_.aisles = {LoadSeries(3)};
    view_.warmth = &heat_;
  }
  HandmadeHeat heat_;
  HandmadeVms view_;
};

TEST_F(TapasGroups, OpaqueMachinesGoToColdServersOthersToWarmOnes) {
  std::vector<std::size_t> cold, warm;
  for (int i = 0; i < 9; ++i) {
    HandmadeVms view = view_;
    for (std::size_t server = 0; server < 9; ++server) view.rows_of[server] = server;  // all rows but one are high
    view.rows_w.assign(9, LoadSeries{5, 5, 5});
    view.rows_w[static_cast<std::size_t>(i)] = {0, 0, 0};
    view.limits_w.assign(9, 1e9);
    view.opaque.assign(9, 0);
    view.serving.assign(9, 0);
    if (placed("tapas", view, opaque()) == static_cast<std::size_t>(i)) cold.push_back(static_cast<std::size_t>(i));
    if (placed("tapas", view, serving()) == static_cast<std::size_t>(i)) warm.push_back(static_cast<std::size_t>(i));
  }
  EXPECT_THAT(cold, ElementsAre(2, 5, 8));
  EXPECT_THAT(warm, ElementsAre(0, 3, 6));
}

/// At 400 W the warm ones would have 79 to 81 degrees, with a limit of 85 less 5: only those at 80 and above are out.
TEST_F(TapasGroups, NobodyGoesWhereItWouldBeTooHot) {
  heat_.at_tdp_c = {80, 64, 60, 80.5, 65, 61, 81, 66, 62};
  const LoadSeries full = {10, 400, 10};
  EXPECT_EQ(placed("tapas", view_, serving(full)), 1U);  // medium, the lowest
  const LoadSeries less = {10, 390, 10};
  EXPECT_EQ(placed("tapas", view_, serving(less)), 0U);
  heat_.at_tdp_c.assign(9, 90);
  EXPECT_EQ(placed("tapas", view_, serving(full)), 0U);  // no cooler server: it is a preference
}

/// Row A has 13 of 20 machines opaque, row B 8 of 20.
TEST(TapasPlacement, DoesNotAddToWhatIsHeavy) {
  HandmadeVms view(2, 2);
  view.opaque = {13, 8};
  view.serving = {7, 12};
  view.rows_w = {{0, 0, 0}, {9, 9, 9}};
  EXPECT_EQ(placed("tapas", view, opaque()), 2U);
  EXPECT_EQ(placed("tapas", view, serving()), 0U);  // 12 of 20 is 60 %, not more: the row with the lower peak
  view.serving = {7, 13};
  view.rows_w = {{9, 9, 9}, {0, 0, 0}};
  EXPECT_EQ(placed("tapas", view, serving()), 0U);
}

TEST(TapasPlacement, LooksAtAislesToo) {
  HandmadeHeat heat;
  heat.at_tdp_c = {60, 65, 65, 65, 60, 65};
  heat.aisles_of = {0, 0, 0, 0, 1, 1};
  heat.supplies = {1e9, 1e9};
  HandmadeVms view(3, 2);
  view.warmth = &heat;
  view.aisles.assign(2, LoadSeries(3));
  view.opaque = {10, 0, 5};
  view.serving = {0, 2, 5};
  view.rows_w = {{0, 0, 0}, {0, 0, 0}, {50, 50, 50}};
  EXPECT_EQ(placed("tapas", view, opaque()),
            4U);  // of the cold ones; aisle 0 has 10 of 12 opaque, though row 1 has none
}

TEST(TapasPlacement, LevelsThePeaksOfRows) {
  HandmadeVms view(3, 2);
  view.rows_w = {{50, 20, 0}, {20, 45, 0}, {0, 0, 45}};
  EXPECT_EQ(placed("tapas", view, opaque({0, 0, 10})), 2U);  // 50, 45, 55: row 1
  EXPECT_EQ(placed("tapas", view, opaque({10, 10, 0})), 4U);
  EXPECT_EQ(placed("tapas", view, opaque({0, 0, 5})), 2U);  // 50, 45, 50
}

}  // namespace
}  // namespace headroom
