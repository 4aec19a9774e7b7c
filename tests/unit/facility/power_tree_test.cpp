#include "facility/power_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace headroom {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr auto kIgnore = [](NodeId, Power) {};

/// A root without losses over a PDU with losses over two servers.
struct LossyTree {
  PowerTree tree;
  NodeId root = tree.add(std::nullopt, "site");
  NodeId pdu = tree.add(root, "pdu0", LossModel{Power(100), 0.02, 1e-6});
  NodeId a = tree.add(pdu, "pdu0/server0");
  NodeId b = tree.add(pdu, "pdu0/server1");
};

TEST(LossModel, AddsConstantProportionalAndResistiveLoss) {
  const LossModel loss{Power(100), 0.02, 1e-6};
  EXPECT_EQ(loss.at(Power(0)), Power(100));
  // 100 + 0.02 * 10000 + 1e-6 * 10000^2 = 400 W.
  EXPECT_DOUBLE_EQ(loss.at(Power(10000)).value(), 400);
}

TEST(PowerTree, SumsServersUpTheTree) {
  PowerTree tree;
  const NodeId root = tree.add(std::nullopt, "site");
  const NodeId left = tree.add(root, "left"), right = tree.add(root, "right");
  const NodeId a = tree.add(left, "left/a"), b = tree.add(left, "left/b"), c = tree.add(right, "right/c");
  tree.set_power(a, Power(1000), Seconds(0), kIgnore);
  tree.set_power(b, Power(200), Seconds(0), kIgnore);
  tree.set_power(c, Power(30), Seconds(0), kIgnore);
  EXPECT_EQ(tree.power(left), Power(1200));
  EXPECT_EQ(tree.power(right), Power(30));
  EXPECT_EQ(tree.power(root), Power(1230));
  tree.set_power(b, Power(0), Seconds(1), kIgnore);
  EXPECT_EQ(tree.power(root), Power(1030));
}

TEST(PowerTree, AddsTheLossOfEveryNode) {
  LossyTree t;
  EXPECT_EQ(t.tree.power(t.root), Power(100));  // the constant loss, before anything draws
  t.tree.set_power(t.a, Power(6000), Seconds(0), kIgnore);
  t.tree.set_power(t.b, Power(4000), Seconds(0), kIgnore);
  EXPECT_DOUBLE_EQ(t.tree.power(t.pdu).value(), 10400);
  EXPECT_DOUBLE_EQ(t.tree.power(t.root).value(), 10400);
}

TEST(PowerTree, IntegratesEnergyExactly) {
  LossyTree t;
  t.tree.set_power(t.a, Power(6000), Seconds(10), kIgnore);
  t.tree.set_power(t.b, Power(4000), Seconds(20), kIgnore);
  t.tree.set_power(t.a, Power(0), Seconds(25), kIgnore);
  // Server 0: 6000 W for 15 s. Server 1: 4000 W from 20 s on.
  EXPECT_DOUBLE_EQ(t.tree.energy(t.a, Seconds(30)).value(), 90000);
  EXPECT_DOUBLE_EQ(t.tree.energy(t.b, Seconds(30)).value(), 40000);
  // Loss: 100 W for 10 s; at 6 kW 100 + 120 + 36 = 256 W for 10 s; at 10 kW 400 W for 5 s; at 4 kW 100 + 80 + 16 = 196
  // W for 5 s.
  const double loss = 1000 + 2560 + 2000 + 980;
  EXPECT_NEAR(t.tree.loss_energy(t.pdu, Seconds(30)).value(), loss, 1e-9);
  EXPECT_NEAR(t.tree.energy(t.root, Seconds(30)).value(), 130000 + loss, 1e-9);
  EXPECT_EQ(t.tree.loss_energy(t.root, Seconds(30)), Energy(0));
}

TEST(PowerTree, TellsOfEveryNodeOnTheWayUp) {
  LossyTree t;
  std::vector<std::pair<std::string, double>> told;
  t.tree.set_power(t.b, Power(1000), Seconds(0),
                   [&](NodeId id, Power power) { told.emplace_back(t.tree.path(id), power.value()); });
  EXPECT_THAT(told, ElementsAre(Pair("pdu0/server1", 1000), Pair("pdu0", 1121), Pair("site", 1121)));
}

TEST(PowerTree, KnowsWhatIsUnderWhat) {
  const LossyTree t;
  EXPECT_TRUE(t.tree.is_under(t.a, t.pdu));
  EXPECT_TRUE(t.tree.is_under(t.a, t.root));
  EXPECT_TRUE(t.tree.is_under(t.pdu, t.pdu));
  EXPECT_FALSE(t.tree.is_under(t.pdu, t.a));
  EXPECT_FALSE(t.tree.is_under(t.a, t.b));
  EXPECT_EQ(t.tree.parent(t.a), t.pdu);
  EXPECT_FALSE(t.tree.parent(t.root));
}

/// Two rows of two lossy racks of three servers.
struct TwoRows {
  PowerTree tree;
  std::vector<NodeId> rows, racks, servers;

  TwoRows() {
    const NodeId root = tree.add(std::nullopt, "site", LossModel{Power(50), 0.01, 0});
    for (int r = 0; r < 2; ++r) {
      rows.push_back(tree.add(root, "row"));
      for (int k = 0; k < 2; ++k) {
        racks.push_back(tree.add(rows.back(), "rack", LossModel{Power(10), 0.02, r == 0 ? 1e-6 : 0}));
        for (int s = 0; s < 3; ++s) servers.push_back(tree.add(racks.back(), "server"));
      }
    }
  }
};

TEST(PowerTreeSpread, DoesWhatEachLeafByItselfWould) {
  TwoRows spread, single;
  const std::vector<std::size_t> mine = {0, 1, 2, 3, 7};  // all of one rack, one server of two others
  std::vector<NodeId> leaves;
  for (const std::size_t i : mine) leaves.push_back(spread.servers[i]);
  auto parts = spread.tree.spread_over(leaves, [&](NodeId id) { return id == spread.rows[1]; });
  for (const auto& [power, date] : {std::pair{700.0, 1.0}, {-200.0, 2.5}, {900.0, 4.0}})
    spread.tree.add(parts, Power(power), Seconds(date), kIgnore);
  for (const auto& [power, date] : {std::pair{700.0, 1.0}, {500.0, 2.5}, {1400.0, 4.0}})
    for (const std::size_t i : mine) single.tree.set_power(single.servers[i], Power(power), Seconds(date), kIgnore);
  for (const NodeId id : {NodeId(0), spread.racks[0], spread.racks[1], spread.racks[2], spread.rows[1]}) {
    EXPECT_NEAR(spread.tree.power(id).value(), single.tree.power(id).value(), 1e-9) << id.index();
    EXPECT_NEAR(spread.tree.energy(id, Seconds(9)).value(), single.tree.energy(id, Seconds(9)).value(), 1e-6);
    EXPECT_NEAR(spread.tree.loss_energy(id, Seconds(9)).value(), single.tree.loss_energy(id, Seconds(9)).value(), 1e-6);
  }
}

TEST(PowerTreeSpread, LeavesOutWhatNobodyFollows) {
  PowerTree tree;
  const NodeId root = tree.add(std::nullopt, "site"), row = tree.add(root, "row"), rack = tree.add(row, "rack");
  const std::vector<NodeId> leaves = {tree.add(rack, "a"), tree.add(rack, "b")};
  auto parts = tree.spread_over(leaves, [&](NodeId id) { return id == row; });
  std::vector<std::pair<std::size_t, double>> changes;
  tree.add(parts, Power(300), Seconds(1),
           [&](NodeId id, Power power) { changes.emplace_back(id.index(), power.value()); });
  EXPECT_THAT(changes, ElementsAre(Pair(row.index(), 600.0), Pair(root.index(), 600.0)));
}

}  // namespace
}  // namespace headroom
