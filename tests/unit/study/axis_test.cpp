#include "study/axis.hpp"

#include <gmock/gmock.h>

namespace headroom {
namespace {

using testing::HasSubstr;

std::string values(const char* axis) {
  std::vector<Problem> problems;
  const auto list = axis_values(Json::parse(axis), Scope(problems, "here"));
  return problems.empty() ? Json(list).dump() : problems.front().where + ": " + problems.front().what;
}

TEST(Axis, TakesAListAsItIs) {
  EXPECT_EQ(values(R"(["none", 1, 2.5, {"a": []}])"), R"(["none",1,2.5,{"a":[]}])");
}

TEST(Axis, CountsFromOneNumberToAnotherThatIsIncluded) {
  EXPECT_EQ(values(R"({"from": 40, "to": 56, "step": 4})"), "[40,44,48,52,56]");
  EXPECT_EQ(values(R"({"from": 1, "to": 6, "step": 2})"), "[1,3,5]");
  EXPECT_EQ(values(R"({"from": 3, "to": 1, "step": -1})"), "[3,2,1]");
  EXPECT_EQ(values(R"({"from": 1, "to": -1, "step": -1})"), "[1,0,-1]");
  EXPECT_EQ(values(R"({"from": 7, "to": 7, "step": 1})"), "[7]");
}

TEST(Axis, StepsOfADecimalFractionStayDecimal) {
  EXPECT_EQ(values(R"({"from": 0, "to": 0.4, "step": 0.1})"), "[0,0.1,0.2,0.3,0.4]");
  EXPECT_EQ(values(R"({"from": 0.75, "to": 0.9, "step": 0.05})"), "[0.75,0.8,0.85,0.9]");
  EXPECT_EQ(values(R"({"from": 1, "to": 2, "step": 0.5})"), "[1,1.5,2]");
  EXPECT_EQ(values(R"({"from": -0.2, "to": 0.2, "step": 0.1})"), "[-0.2,-0.1,0,0.1,0.2]");
  EXPECT_EQ(values(R"({"from": 1000000.3, "to": 1000000.5, "step": 0.1})"), "[1000000.3,1000000.4,1000000.5]");
}

TEST(Axis, WholeNumbersAreExactIntegers) {
  EXPECT_EQ(values(R"({"from": 1.0, "to": 3.0, "step": 1.0})"), "[1,2,3]");
  EXPECT_EQ(values(R"({"from": 1234567890123456, "to": 1234567890123458, "step": 1})"),
            "[1234567890123456,1234567890123457,1234567890123458]");
  EXPECT_EQ(values(R"({"from": 18446744073709551614, "to": 18446744073709551615, "step": 1})"),
            "[18446744073709551614,18446744073709551615]");
  EXPECT_EQ(values(R"({"from": 0, "to": 19999999999, "step": 10000000000})"), "[0,10000000000]");
}

TEST(Axis, RefusesWhatIsNoList) {
  EXPECT_THAT(values("3"), HasSubstr("here: must be a list"));
  EXPECT_THAT(values("[]"), HasSubstr("must be a list"));
  EXPECT_THAT(values(R"({"from": "1", "to": 2, "step": 1})"), HasSubstr("must be a list"));
  EXPECT_THAT(values(R"({"from": 1, "to": 2, "step": 1, "by": 1})"), HasSubstr("must be a list"));
  EXPECT_THAT(values(R"({"from": 2, "to": 1, "step": 1})"), HasSubstr("does not lead from"));
  EXPECT_THAT(values("[1, 2, 1.0]"), HasSubstr("here/2: is the same value"));
}

}  // namespace
}  // namespace headroom
