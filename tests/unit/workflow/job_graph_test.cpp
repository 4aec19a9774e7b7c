#include "workflow/job_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/broken_rules.hpp"
#include "support/graph_fixtures.hpp"
#include "workflow/deadlines.hpp"
#include "workflow/graph_stream.hpp"

namespace headroom::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::uint32_t> next_of(const JobGraph& graph, std::size_t node) {
  const auto next = graph.next(node);
  return {next.begin(), next.end()};
}

TEST(JobGraph, MeetsWhereParametersAreShared) {
  const GraphTemplate config = small_graph();
  const JobGraph graph(config, config.parameters);
  // script 0, 1; picture 2; clips 3 to 6; joined 7 to 10
  ASSERT_EQ(graph.size(), 11u);
  EXPECT_EQ(graph.stages()[0].name, "script");
  EXPECT_THAT(next_of(graph, 0), ElementsAre(1, 2, 3, 4));  // the next scene, the picture, its clips
  EXPECT_THAT(next_of(graph, 1), ElementsAre(5, 6));
  EXPECT_THAT(next_of(graph, 2), ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(next_of(graph, 3), ElementsAre(7));
  EXPECT_THAT(next_of(graph, 7), ElementsAre(8));
  EXPECT_THAT(graph.waits_for(), ElementsAre(0, 1, 1, 2, 2, 2, 2, 1, 2, 2, 2));
}

TEST(JobGraph, JoinsWhatHasMoreParameters) {
  GraphTemplate config = small_graph();
  config.stages.emplace_back("credits", stage_of_units({"scenes"}, {"clip"}));
  const JobGraph graph(config, config.parameters);
  const auto credits = std::ranges::find(graph.stages(), "credits", &JobGraph::Stage::name);
  EXPECT_EQ(graph.waits_for()[credits->first], 2u);  // the clips of its scene
}

TEST(JobGraph, DividesAmountsAmongItems) {
  const GraphTemplate config = small_graph();
  const auto works = works_of(config, {{"scenes", 2}, {"clips", 5}, {"content_s", 40}});
  EXPECT_DOUBLE_EQ(works[4].at("step"), 4);  // clip: 40 / (2 * 5)
  EXPECT_DOUBLE_EQ(works[0].at("step"), 2);
}

TEST(Deadlines, GoBackFromThePlayback) {
  const GraphTemplate config = small_graph();
  const JobGraph graph(config, config.parameters);
  // script 3 s (its first scene 5), picture 7, clip 20, joining 0; an item lasts 10 s
  const std::vector<ExpectedTime> times{
      {Seconds(5), Seconds(3)}, {Seconds(7), Seconds(7)}, {Seconds(20), Seconds(20)}, {Seconds(0), Seconds(0)}};
  const auto deadlines = deadlines_of(graph, times, Seconds(50), {});
  EXPECT_EQ(deadlines[7], Seconds(50));
  EXPECT_EQ(deadlines[10], Seconds(80));
  EXPECT_EQ(deadlines[3], Seconds(50));
  EXPECT_EQ(deadlines[2], Seconds(30));
  EXPECT_EQ(deadlines[0], Seconds(23));
  EXPECT_EQ(deadlines[1], Seconds(50));  // of clip 5, due at 70
  EXPECT_EQ(deadlines_of(graph, times, {}, Seconds(100))[10], Seconds(100));
}

TEST(GraphTemplate, SaysWhatIsWrong) {
  GraphTemplate graph = small_graph();
  EXPECT_EQ(text_of_broken_rules(graph), "");
  graph.stages[1].second.after = {"clip"};
  EXPECT_THAT(text_of_broken_rules(graph),
              HasSubstr("/stages: wait for each other in a circle, or for one that does: join, script, picture, clip"));
  graph = small_graph();
  graph.stages[3].second.after = {"scrip"};
  EXPECT_THAT(text_of_broken_rules(graph), HasSubstr("/stages/clip/after/0: the template has no stage \"scrip\""));
  graph = small_graph();
  graph.stages[3].second.work["step"].of = {"content"};
  EXPECT_THAT(text_of_broken_rules(graph),
              HasSubstr("/stages/clip/work/step/of/0: the template has no parameter \"content\""));
}

TEST(GraphStream, SaysWhatIsWrong) {
  GraphStreamConfig stream;
  stream.name = "one";
  stream.graph = small_graph();
  EXPECT_EQ(text_of_broken_rules(stream), "");
  stream.parameters = {{"scenes", 0}};
  EXPECT_THAT(text_of_broken_rules(stream), HasSubstr("/parameters/scenes: must be a whole number of at least 1"));
  stream.parameters = {{"scene", 3}};
  EXPECT_THAT(text_of_broken_rules(stream), HasSubstr("/parameters/scene: the template has no parameter \"scene\""));
  stream.parameters = {{"scenes", 1e6}};
  EXPECT_THAT(text_of_broken_rules(stream), HasSubstr("more than 1000000"));
}

}  // namespace
}  // namespace headroom::test
