#include "study/point_choice.hpp"

#include <gtest/gtest.h>

#include "base/problem.hpp"

namespace headroom {
namespace {

Json three_points() {
  return Json::parse(R"({"points": [
    {"point": "six", "outcome": "done", "/gpus": 6, "/time": 19.4},
    {"point": "four", "outcome": "done", "/gpus": 4, "/time": 61.8},
    {"point": "none", "outcome": "failed", "/gpus": 1},
    {"point": "five", "outcome": "done", "/gpus": 5, "/time": 24.6}]})");
}

std::string chosen(const std::vector<std::string>& limits) {
  const Json sweep = three_points();
  const PointChoice choice = choose_point(sweep, "sweep.json", "/gpus", choice_limits(limits));
  return sweep.at("points")[choice.chosen].at("point");
}

std::string refused(const std::vector<std::string>& limits, const std::string& least = "/gpus") {
  try {
    (void)choose_point(three_points(), "sweep.json", least, choice_limits(limits));
  } catch (const InputError& error) {
    return error.problems().front().where + ": " + error.problems().front().what;
  }
  return "";
}

TEST(PointChoice, IsTheLeastThatKeepsTheLimits) {
  EXPECT_EQ(chosen({"/time=30"}), "five");
  EXPECT_EQ(chosen({"/time=20"}), "six");
  EXPECT_EQ(chosen({"/time=100"}), "four");
  EXPECT_EQ(chosen({"/time=100", "/gpus=4"}), "four");
}

TEST(PointChoice, NamesTheClosestWhereNoneDoes) {
  EXPECT_EQ(refused({"/time=10"}), "sweep.json: no point keeps the limits: the closest, \"six\", has /time 19.4!");
}

TEST(PointChoice, RefusesWhatIsNoColumnOrNoLimit) {
  EXPECT_NE(refused({"/times=10"}).find("\"/times\" is no column"), std::string::npos);
  EXPECT_NE(refused({"/time=30"}, "/gpu").find("\"/gpu\" is no column"), std::string::npos);
  EXPECT_NE(refused({"time=30"}).find("must be /json/pointer=NUMBER"), std::string::npos);
  EXPECT_NE(refused({"/time=soon"}).find("must be /json/pointer=NUMBER"), std::string::npos);
}

TEST(PointChoice, SaysSo) {
  const auto limits = choice_limits({"/time=30"});
  const Json sweep = three_points();
  const std::string text = choice_text(choose_point(sweep, "", "/gpus", limits), sweep, "/gpus", limits);
  EXPECT_NE(text.find("four: /gpus 4, /time 61.8!\n"), std::string::npos) << text;
  EXPECT_NE(text.find("five has the least /gpus of the 2 of 3 points that keep the limit.\n"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace headroom
