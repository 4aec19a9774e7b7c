#include "workflow/growth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/broken_rules.hpp"
#include "support/graph_fixtures.hpp"
#include "workflow/job_graph.hpp"

namespace headroom::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Of a script, the clips of each scene.
GraphTemplate growing_graph() {
  GraphTemplate graph = small_graph();
  graph.grows = {{"clips", {{"scenes"}, "script", {3, 1}}}};
  return graph;
}

std::vector<std::uint32_t> behind(const JobGraph& graph, std::size_t node) {
  const auto next = graph.next(node);
  return {next.begin(), next.end()};
}

TEST(Growth, GivesEachSceneItsClips) {
  const GraphTemplate config = growing_graph();
  const JobGraph graph(config, config.parameters, 0);
  // script 0, 1; picture 2; clips 3 to 5 and 6; joined 7 to 9 and 10
  ASSERT_EQ(graph.size(), 11u);
  EXPECT_THAT(behind(graph, 0), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(behind(graph, 1), ElementsAre(6));
  EXPECT_THAT(behind(graph, 9), ElementsAre(10));
  EXPECT_EQ(graph.hidden(), 8u);
  EXPECT_EQ(graph.reveals(0), 6u);
  EXPECT_EQ(graph.reveals(1), 2u);
  EXPECT_EQ(graph.reveals(2), 0u);
  EXPECT_EQ(graph.item(), Seconds(10));  // as expected: 40 s of two clips a scene
}

TEST(Growth, EachJobBeginsWithItsOwn) {
  const GraphTemplate config = growing_graph();
  EXPECT_THAT(behind(JobGraph(config, config.parameters, 1), 1), ElementsAre(4, 5, 6));
  EXPECT_EQ(JobGraph(config, config.parameters, 0).first_played(0, 1), 3u);  // scene 1 begins with the fourth item
  EXPECT_EQ(JobGraph(config, config.parameters, 1).first_played(0, 1), 1u);
  EXPECT_EQ(JobGraph(config, config.parameters).first_played(0, 1), 2u);
  EXPECT_EQ(JobGraph(config, config.parameters).hidden(), 0u);
}

TEST(Growth, GrowsWithinWhatGrows) {
  GraphTemplate config = growing_graph();
  config.stages.emplace_back("outline", stage_of_units({}, {}));
  config.stages[1].second.after = {"outline"};
  config.grows.insert(config.grows.begin(), {"scenes", {{}, "outline", {3}}});
  EXPECT_EQ(text_of_broken_rules(config), "");
  const JobGraph graph(config, config.parameters, 0);
  // outline; three scenes of three, one and three clips, which are joined; a picture
  EXPECT_EQ(graph.size(), 1u + 3 + 1 + 7 + 7);
  EXPECT_EQ(graph.hidden(), 3u + 7 + 7);
  const auto outline = std::ranges::find(graph.stages(), "outline", &JobGraph::Stage::name);
  EXPECT_EQ(graph.reveals(outline->first), 3u);  // clips wait for their scene
}

TEST(Growth, SaysWhatIsWrong) {
  const auto said = [](auto change) {
    GraphTemplate graph = growing_graph();
    change(graph);
    return text_of_broken_rules(graph);
  };
  EXPECT_EQ(said([](GraphTemplate&) {}), "");
  EXPECT_THAT(said([](GraphTemplate& graph) { graph.grows[0].second.after = "scrip"; }),
              HasSubstr("/grows/clips/after: the template has no stage \"scrip\""));
  EXPECT_THAT(said([](GraphTemplate& graph) { graph.grows[0].second.for_each = {}; }),
              HasSubstr("/grows/clips/after: \"script\" must have `per` as `for_each` here"));
  EXPECT_THAT(said([](GraphTemplate& graph) { graph.grows[0].second.counts = {}; }),
              HasSubstr("/grows/clips/counts: must have at least one number"));
  EXPECT_THAT(said([](GraphTemplate& graph) { graph.stages[3].second.after = {"picture"}; }),
              HasSubstr("/grows/clips: stage \"clip\" does not come `after` \"script\""));
  EXPECT_THAT(said([](GraphTemplate& graph) {
                graph.stages[3].second.per = {"clips", "scenes"};
              }),
              HasSubstr("/grows/clips: stage \"clip\" must name scenes before clips in its `per`"));
}

TEST(GraphTemplate, KnowsWhatStagesTake) {
  GraphTemplate graph = small_graph();
  graph.stages[1].second.makes = "scene";
  graph.stages[3].second.takes = {"scene"};
  EXPECT_EQ(text_of_broken_rules(graph), "");
  graph.stages[3].second.takes = {"speech"};
  EXPECT_THAT(text_of_broken_rules(graph),
              HasSubstr("/stages/clip/takes/0: no stage that it comes after makes \"speech\" (they make: scene)"));
}

}  // namespace
}  // namespace headroom::test
