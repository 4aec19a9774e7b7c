#include "compare/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compare/comparison_junit.hpp"
#include "compare/comparison_writers.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = ResultTable::Kind;

ResultTable run(std::vector<ResultValue> values) {
  return {Kind::run, "out", "out/summary.json", "s", "0.1.0", {}, {{"", "", std::move(values)}}};
}

ResultTable sweep(std::vector<ResultRow> rows, std::vector<std::string> axes = {"/seed"}) {
  return {Kind::sweep, "out", "out/sweep.json", "s", "0.1.0", std::move(axes), std::move(rows)};
}

/// What moved, as `kind point pointer: base now relative`.
std::vector<std::string> moves(const Comparison& comparison) {
  std::vector<std::string> texts;
  for (const Move& move : comparison.moved)
    texts.push_back(word_of(move.kind) + " " + move.point + " " + move.pointer + ": " +
                    (move.base ? move.base->dump() : "-") + " " + (move.now ? move.now->dump() : "-") +
                    (move.relative_fraction ? " " + Json(*move.relative_fraction).dump() : ""));
  return texts;
}

class ComparisonTest : public testing::Test {
 protected:
  Comparison compare_within(const ResultTable& base, const ResultTable& now, std::string_view tolerances) {
    return compare(base, now, Tolerances(folder_.write("t.json", tolerances), pointers_of(base, now)));
  }
  test::TemporaryFolder folder_;
};

TEST_F(ComparisonTest, OfEqualResultsIsEmpty) {
  const auto result = run({{"/a", 1}, {"/b", "x"}, {"/c", nullptr}});
  const Comparison comparison = compare(result, result, {});
  EXPECT_THAT(comparison.moved, IsEmpty());
  EXPECT_EQ(comparison.compared, 3U);
  EXPECT_EQ(comparison.equal, 3U);
  EXPECT_EQ(comparison_text(comparison), "3 values: all equal\n");
}

TEST_F(ComparisonTest, ANumberIsEqualHoweverItIsWritten) {
  EXPECT_THAT(moves(compare(run({{"/a", 0}, {"/b", 2.0}}), run({{"/a", 0.0}, {"/b", 2}}), {})), IsEmpty());
  EXPECT_THAT(moves(compare(run({{"/a", 1}}), run({{"/a", true}}), {})), ElementsAre("changed  /a: 1 true"));
}

TEST_F(ComparisonTest, IntegersThatADoubleCannotTellApartDiffer) {
  const auto base = run({{"/seed", 9007199254740992U}}), now = run({{"/seed", 9007199254740993U}});
  EXPECT_THAT(moves(compare(base, now, {})), ElementsAre("changed  /seed: 9007199254740992 9007199254740993"));
  const auto largest = run({{"/seed", 18446744073709551615U}}), below = run({{"/seed", -1}});
  EXPECT_THAT(moves(compare(largest, below, {})), testing::SizeIs(1));
  EXPECT_THAT(moves(compare(below, largest, {})), testing::SizeIs(1));
}

TEST_F(ComparisonTest, AChangeBeyondADoubleIsNone) {
  const auto base = run({{"/a", -1e308}, {"/b", 1e-320}}), now = run({{"/a", 1e308}, {"/b", 1e300}});
  const Json moved = Json::parse(comparison_json(compare(base, now, {}), base, now)).at("moved");
  EXPECT_FALSE(moved[0].contains("change"));
  EXPECT_TRUE(moved[1].contains("change"));
  for (const Json& move : moved) EXPECT_FALSE(move.contains("relative_change_fraction"));
}

TEST_F(ComparisonTest, SweepsOfDifferentStudiesDiffer) {
  ResultTable base = sweep({}), now = sweep({});
  now.name = "t";
  EXPECT_THAT(moves(compare(base, now, {})), ElementsAre("changed  /study: \"s\" \"t\""));
  EXPECT_THAT(moves(compare_within(base, now, R"({"/study": {"ignore": true}})")), IsEmpty());
}

TEST_F(ComparisonTest, PutsFirstWhatHasNoRelativeChangeAndThenTheLargest) {
  const auto base = run({{"/a", 100}, {"/b", 10}, {"/c", -4}, {"/d", 0}, {"/e", "x"}, {"/f", 7}});
  const auto now = run({{"/a", 110}, {"/b", 5}, {"/c", -5}, {"/d", 3}, {"/e", "y"}, {"/g", 8}});
  EXPECT_THAT(moves(compare(base, now, {})),
              ElementsAre("changed  /d: 0 3", "changed  /e: \"x\" \"y\"", "gone  /f: 7 -", "new  /g: - 8",
                          "changed  /b: 10 5 -0.5", "changed  /c: -4 -5 -0.25", "changed  /a: 100 110 0.1"));
}

TEST_F(ComparisonTest, CountsWhatMovedWithinItsToleranceAndNotWhatIsIgnored) {
  const auto base = run({{"/a", 100}, {"/b", 100}, {"/c", 1}, {"/d", "x"}});
  const auto now = run({{"/a", 101}, {"/b", 102}, {"/c", 1}, {"/d", "y"}, {"/e", 5}});
  const Comparison comparison =
      compare_within(base, now, R"({"": 0.01, "/d": {"ignore": true}, "/e": {"ignore": true}})");
  EXPECT_THAT(moves(comparison), ElementsAre("changed  /b: 100 102 0.02"));
  EXPECT_EQ(comparison.compared, 3U);
  EXPECT_EQ(comparison.equal, 1U);
  EXPECT_EQ(comparison.within, 1U);
  EXPECT_THAT(comparison_text(comparison), HasSubstr("\n1 of 3 values moved beyond its tolerance, 1 within it\n"));
}

TEST_F(ComparisonTest, NoToleranceBringsBackAValue) {
  EXPECT_THAT(moves(compare_within(run({{"/a", 1}}), run({{"/b", 1}}), R"({"": {"absolute": 9}})")),
              ElementsAre("gone  /a: 1 -", "new  /b: - 1"));
}

TEST_F(ComparisonTest, MatchesPointsByTheirAxesInAnyOrder) {
  const auto base = sweep({{"one", "[1]", {{"/m", 1}}}, {"two", "[2]", {{"/m", 2}}}, {"three", "[3]", {{"/m", 3}}}});
  const auto now = sweep({{"4", "[4]", {{"/m", 4}}}, {"2", "[2]", {{"/m", 2}}}, {"1", "[1]", {{"/m", 1.5}}}});
  const Comparison comparison = compare(base, now, {});
  EXPECT_THAT(moves(comparison),
              ElementsAre("gone three : {\"/m\":3} -", "new 4 : - {\"/m\":4}", "changed one /m: 1 1.5 0.5"));
  EXPECT_EQ(comparison.compared, 5U);
}

TEST_F(ComparisonTest, CountsAColumnOfOneSideOnceAndAMissingValueByItself) {
  const auto base = sweep({{"one", "[1]", {{"/m", 1}, {"/n", 1}}}, {"two", "[2]", {{"/m", 2}, {"/n", 1}}}});
  const auto now = sweep({{"one", "[1]", {{"/o", 1}, {"/n", 1}}}, {"two", "[2]", {{"/o", 2}}}});
  EXPECT_THAT(moves(compare(base, now, {})), ElementsAre("gone  /m: - -", "new  /o: - -", "gone two /n: 1 -"));
}

TEST_F(ComparisonTest, RefusesWhatIsNotOfAKind) {
  const auto problem = [](const ResultTable& base, const ResultTable& now) {
    return test::problem_of([&] { check_comparable(base, now); });
  };
  EXPECT_EQ(problem(run({}), sweep({})),
            "out/sweep.json: is of a sweep, but out/summary.json of a run: only two of a kind can be compared");
  EXPECT_EQ(problem(sweep({}), sweep({}, {"/policy", "/seed"})),
            "out/sweep.json: /axes: must be those of out/sweep.json (/seed), not /policy, /seed");
}

TEST_F(ComparisonTest, IsATableForPeople) {
  const auto base = sweep({{"seed=1", "[1]", {{"/power", 1234.5678}, {"/brakes", 0}}}, {"seed=2", "[2]", {}}});
  const auto now = sweep({{"seed=1", "[1]", {{"/power", 1200}, {"/brakes", 12}}}});
  EXPECT_EQ(comparison_text(compare(base, now, {})),
            "value    point      base      new    change  relative\n"
            "/brakes  seed=1        0       12       +12\n"
            "(row)    seed=2           is gone\n"
            "/power   seed=1  1234.57     1200  -34.5678    -2.8 %\n"
            "\n"
            "3 of 4 values moved beyond their tolerance\n");
}

TEST_F(ComparisonTest, IsMarkdownInWhichABarEndsNoCell) {
  const auto base = run({{"/a|b", "x|y"}}), now = run({{"/a|b", "z"}});
  EXPECT_EQ(comparison_markdown(compare(base, now, {}), base, now),
            "**`s: a|b \"x|y\" -> \"z\"`**\n"
            "\n"
            "<details><summary>1 of 1 value moved beyond its tolerance</summary>\n"
            "\n"
            "`out` to `out`, s\n"
            "\n"
            "| value | base | new | change | relative |\n"
            "| --- | ---: | ---: | ---: | ---: |\n"
            "| `/a\\|b` | \"x\\|y\" | \"z\" |  |  |\n"
            "\n"
            "</details>\n");
}

TEST_F(ComparisonTest, NothingInAValueEndsItsLineOrItsCode) {
  const auto base = run({{"/a\n`b", "x"}}), now = run({{"/a\n`b", "`"}});
  EXPECT_THAT(comparison_markdown(compare(base, now, {}), base, now), HasSubstr("| `/a \\'b` | \"x\" | \"\\`\" |"));
  EXPECT_THAT(comparison_text(compare(base, now, {})), HasSubstr("\n/a `b  "));
}

TEST_F(ComparisonTest, MarkdownOfManyMovesSaysHowManyAreNotShown) {
  std::vector<ResultValue> ones, twos;
  for (int i = 0; i < 1234; ++i) {
    ones.push_back({"/" + std::to_string(i), 1});
    twos.push_back({"/" + std::to_string(i), 2});
  }
  const auto base = run(ones), now = run(twos);
  const std::string text = comparison_markdown(compare(base, now, {}), base, now);
  EXPECT_THAT(text, HasSubstr("| `/199` |"));
  EXPECT_THAT(text, testing::Not(HasSubstr("| `/200` |")));
  EXPECT_THAT(text, testing::EndsWith("\nand 1,034 more\n\n</details>\n"));
}

TEST_F(ComparisonTest, TheHeadlineSaysWhatMattersMost) {
  const auto base = run({{"/checks/energy_residual", 1e-17},
                         {"/energy/it_kwh", 10.0},
                         {"/classes/low/latency/e2e_s/p99", 50.0},
                         {"/power/row0/telemetry_peak_w", 200.0},
                         {"/throttle/brakes", 0}});
  const auto now = run({{"/checks/energy_residual", 2e-17},
                        {"/energy/it_kwh", 20.0},
                        {"/classes/low/latency/e2e_s/p99", 52.0},
                        {"/power/row0/telemetry_peak_w", 198.0},
                        {"/throttle/brakes", 3}});
  const Comparison comparison = compare(base, now, {});
  EXPECT_EQ(comparison_headline(comparison, now), "s: brakes 0 -> 3, row0 telemetry_peak_w -1 %, low e2e_s p99 +4 %");
  EXPECT_EQ(
      comparison_annotation(comparison, now),
      "::error title=headroom compare::s: brakes 0 -> 3, row0 telemetry_peak_w -1 %25, low e2e_s p99 +4 %25 (5 of "
      "5 values moved beyond their tolerance)\n");
  EXPECT_EQ(comparison_annotation(compare(base, base, {}), base),
            "::notice title=headroom compare::5 values: all equal\n");
}

TEST_F(ComparisonTest, TheHeadlineOfASweepNamesThePoint) {
  const auto base = sweep({{"seed=1", "1,", {{"/impact_fraction/classes/low/latency/e2e_s/p99", 0.1}, {"/x", 1.0}}}});
  const auto now = sweep({{"seed=1", "1,", {{"/impact_fraction/classes/low/latency/e2e_s/p99", 0.2}, {"/x", 9.0}}}});
  EXPECT_EQ(comparison_headline(compare(base, now, {}), now),
            "s: impact on low e2e_s p99 at seed=1 0.1 -> 0.2, x at seed=1 +800 %");
}

TEST_F(ComparisonTest, IsATestOfJUnitForEachPart) {
  const auto base = run({{"/a/x", 1}, {"/a/y", 1}, {"/b", "<&>"}}),
             now = run({{"/a/x", 1}, {"/a/y", 2}, {"/b", "<&>"}});
  EXPECT_EQ(comparison_junit(compare(base, now, {}), base, now),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites name=\"headroom compare\" tests=\"2\" failures=\"1\">\n"
            "  <testsuite name=\"s\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
            "    <testcase classname=\"s\" name=\"/a\">\n"
            "      <failure message=\"y 1 -&gt; 2\">\n"
            "/a/y: 1 -&gt; 2\n"
            "</failure>\n"
            "    </testcase>\n"
            "    <testcase classname=\"s\" name=\"/b\"/>\n"
            "  </testsuite>\n"
            "</testsuites>\n");
}

}  // namespace
}  // namespace headroom
