#include "compare/result_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using testing::EndsWith;

class ResultTableTest : public testing::Test {
 protected:
  ResultTable read(std::string_view text) { return read_result(folder_.write("x.json", text)); }

  std::string problem(std::string_view text) {
    return test::problem_of([&] { (void)read(text); });
  }

  test::TemporaryFolder folder_;
};

std::vector<std::string> texts_of(const ResultRow& row) {
  std::vector<std::string> texts;
  for (const auto& [pointer, value] : row.values) texts.push_back(pointer + " " + value.dump());
  return texts;
}

TEST_F(ResultTableTest, HasTheLeavesOfASummaryButNotItsExecution) {
  const ResultTable table = read(R"({"format": 1, "scenario": "s", "version": "0.1.0", "fingerprint": "00",
      "power": {"row0/rack0": {"mean_w": 2.5}}, "list": [1, {"a": null}], "latency": {}, "host": {"wall_s": 3}})");
  EXPECT_EQ(table.kind, ResultTable::Kind::run);
  EXPECT_EQ(table.name, "s");
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_THAT(texts_of(table.rows[0]),
              testing::ElementsAre("/format 1", "/scenario \"s\"", "/power/row0~1rack0/mean_w 2.5", "/list/0 1",
                                   "/list/1/a null", "/latency {}"));
}

TEST_F(ResultTableTest, HasARowForEachPointOfASweep) {
  const ResultTable table =
      read(R"({"format": 1, "study": "s", "version": "0.1.0", "axes": ["/site/servers", "/policy"],
      "points": [{"point": "a", "outcome": "done", "/policy": "none", "/site/servers": 40.0, "/throttle/brakes": 2}]})");
  EXPECT_EQ(table.kind, ResultTable::Kind::sweep);
  EXPECT_THAT(table.axes, testing::ElementsAre("/policy", "/site/servers"));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].point, "a");
  EXPECT_EQ(table.rows[0].key, "\"none\",40,");
  EXPECT_THAT(texts_of(table.rows[0]), testing::ElementsAre("/outcome \"done\"", "/throttle/brakes 2"));
}

TEST_F(ResultTableTest, KnowsAPlaceOnAnAxisByItsValue) {
  const auto key = [&](const std::string& value) {
    return read(R"({"format": 1, "study": "s", "version": "0.1.0", "axes": ["/a"], "points": [{"point": "p", "/a": )" +
                value + "}]}")
        .rows[0]
        .key;
  };
  EXPECT_EQ(key("1e15"), key("1000000000000000"));
  EXPECT_EQ(key("-2e15"), key("-2000000000000000"));
  EXPECT_NE(key("18446744073709551615"), key("-1"));
  EXPECT_EQ(key("0.5"), "0.5,");
}

TEST_F(ResultTableTest, FindsTheFileOfADirectory) {
  folder_.write("summary.json", R"({"format": 1, "scenario": "s", "version": "0.1.0"})");
  const ResultTable table = read_result(folder_.path(""));
  EXPECT_EQ(table.path, folder_.path(""));
  EXPECT_EQ(table.file, folder_.path("summary.json"));
}

TEST_F(ResultTableTest, RefusesWhatIsNoResult) {
  EXPECT_THAT(problem("[]"), EndsWith("x.json: is neither the summary.json of a run nor the sweep.json of a sweep"));
  EXPECT_THAT(problem(R"({"nodes": {}})"), EndsWith("sweep.json of a sweep"));
  EXPECT_THAT(problem(R"({"scenario": "s"})"), EndsWith("x.json: /format: missing"));
  EXPECT_THAT(problem(R"({"format": 2, "scenario": "s"})"),
              EndsWith("x.json: /format: must be 1 to be compared, not 2"));
  EXPECT_THAT(problem(R"({"format": 1, "study": 3})"), EndsWith("x.json: /study: must be text"));
}

TEST_F(ResultTableTest, RefusesASweepWithoutItsRows) {
  const auto of = [&](const std::string& rest) {
    return problem(R"({"format": 1, "study": "s", "version": "0.1.0", )" + rest + "}");
  };
  EXPECT_THAT(of(R"("points": [])"), EndsWith("x.json: /axes: missing"));
  EXPECT_THAT(of(R"("axes": [1], "points": [])"), EndsWith("x.json: /axes: must be a list of pointers"));
  EXPECT_THAT(of(R"("axes": [], "points": {})"), EndsWith("x.json: /points: must be a list of rows"));
  EXPECT_THAT(of(R"("axes": [], "points": [1])"), EndsWith("x.json: /points/0: must be a row, which is an object"));
  EXPECT_THAT(of(R"("axes": ["/seed"], "points": [{"point": "a"}, {"point": "b"}])"),
              EndsWith("x.json: /points/1: has the same values on the axes as the row \"a\""));
  EXPECT_THAT(of(R"("axes": ["/seed"], "points": [{"point": "a", "/seed": 1}, {"point": "b", "/seed": 1}])"),
              EndsWith("x.json: /points/1: has the same values on the axes as the row \"a\""));
}

}  // namespace
}  // namespace headroom
