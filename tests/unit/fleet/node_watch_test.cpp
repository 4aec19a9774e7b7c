#include "fleet/node_watch.hpp"

#include <gtest/gtest.h>

#include "support/small_scenario.hpp"

namespace headroom {
namespace {

NodeId node_of(const Site& site, const std::string& path) {
  for (std::size_t i = 0; i < site.tree().size(); ++i)
    if (site.tree().path(NodeId(i)) == path) return NodeId(i);
  throw std::out_of_range(path);
}

TEST(NodeWatch, FollowsWhatSomebodyWantsToKnow) {
  Scenario scenario = test::small_scenario(2);
  scenario.output.power.nodes = {"row0"};
  const Site site(scenario.site);
  EventQueue queue;
  NodeWatch nodes(scenario, site, queue);
  EXPECT_TRUE(nodes.follows(node_of(site, "row0")));
  EXPECT_FALSE(nodes.follows(node_of(site, "site")));
  nodes.follow(node_of(site, "site"));
  EXPECT_TRUE(nodes.follows(node_of(site, "site")));
}

TEST(NodeWatch, MetersANodeUpToNow) {
  Scenario scenario = test::small_scenario(2);
  const Site site(scenario.site);
  EventQueue queue;
  struct Step {
    NodeWatch& nodes;
    NodeId row;
    void arrive(const Event& event) { nodes.changed(row, Power(event.target)); }
    void end(const Event&) {}
  };
  NodeWatch nodes(scenario, site, queue);
  Step step{nodes, node_of(site, "row0")};
  queue.on<&Step::arrive>(EventKind::arrival, step);
  queue.on<&Step::end>(EventKind::end, step);
  queue.push(Seconds(0), EventKind::arrival, 100);
  queue.push(Seconds(4), EventKind::arrival, 300);
  queue.push(Seconds(6), EventKind::end);
  queue.run();
  const auto results = nodes.measured();
  ASSERT_EQ(results.size(), 2U);  // the site and its row
  EXPECT_EQ(results[1].path, "row0");
  EXPECT_NEAR(results[1].meter.energy().value(), 4 * 100 + 2 * 300, 1e-9);
}

}  // namespace
}  // namespace headroom
