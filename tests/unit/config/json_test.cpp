#include "config/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string problem(std::string_view text) {
  return test::problem_of([&] { parse_json(text, "f.json"); });
}

TEST(Json, RefusesAKeyGivenTwiceWhereverItIs) {
  EXPECT_EQ(problem(R"({"a": 1, "a": 2})"), "f.json: /a: key given twice");
  EXPECT_EQ(problem(R"({"l": [0, {"b": {}}, {"b": {"c/d": 1, "x": [1, 2], "c/d": 2}}]})"),
            "f.json: /l/2/b/c~1d: key given twice");
  EXPECT_EQ(problem(R"({"a": {"x": 1}, "b": {"x": 1}, "l": [{"x": 1}, {"x": 1}]})"), "");
  EXPECT_EQ(problem(R"({"a": 1, "a": 2, "b": 1, "b": 2})"), "f.json: /a: key given twice\nf.json: /b: key given twice");
}

TEST(Json, SaysWhereTheSyntaxIsWrong) {
  EXPECT_THAT(problem("{\n  \"a\": 1,\n}"), StartsWith("f.json: not valid JSON: parse error at line 3, column 1"));
  for (const char* text : {"", "{", "[1, 2", "{\"a\": NaN}", "{'a': 1}", "{\"a\": 1} x", "/* no end {}"})
    EXPECT_THAT(problem(text), StartsWith("f.json: not valid JSON")) << text;
}

TEST(Json, RefusesValuesNestedTooDeeply) {
  EXPECT_EQ(problem(std::string(100, '[') + std::string(100, ']')), "");
  EXPECT_EQ(problem(std::string(101, '[') + std::string(101, ']')), "f.json: nests values more than 100 deep");
}

TEST(Json, SaysThatAFileCannotBeRead) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(test::problem_of([&] { parse_json_file(folder.path("no.json")); }),
              HasSubstr("no.json: cannot read this file"));
  EXPECT_THAT(test::problem_of([&] { parse_json_file(folder.path("")); }), HasSubstr("cannot read this file"));
}

TEST(Json, EscapesStepsOfPointers) {
  EXPECT_EQ(pointer_step("row0/rack~1"), "row0~1rack~01");
}

TEST(Json, MayHaveComments) {
  EXPECT_EQ(parse_json("// first\n{\"a\": /* one */ 1}  // last", "f"), Json::parse(R"({"a": 1})"));
}

}  // namespace
}  // namespace headroom
