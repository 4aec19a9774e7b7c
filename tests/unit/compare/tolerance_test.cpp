#include "compare/tolerance.hpp"

#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

const std::vector<std::string> kPointers = {"",
                                            "/power/row0/peak_w",
                                            "/power/row0~1rack0/peak_w",
                                            "/power/row0/mean_w",
                                            "/throttle/brakes",
                                            "/checks/energy_residual"};

class TolerancesTest : public testing::Test {
 protected:
  Tolerances read(std::string_view text) { return Tolerances(folder_.write("t.json", text), kPointers); }

  std::string problem(std::string_view text) {
    std::string what = test::problem_of([&] { read(text); });
    for (std::size_t at; (at = what.find(folder_.path("t.json"))) != std::string::npos;)
      what.replace(at, folder_.path("t.json").size(), "t.json");
    return what;
  }

  test::TemporaryFolder folder_;
};

TEST(Tolerance, HoldsWithinEitherBound) {
  EXPECT_TRUE(Tolerance().holds(3, 3));
  EXPECT_FALSE(Tolerance().holds(3, 3.0000001));
  const Tolerance relative{.relative_fraction = 0.25};
  EXPECT_TRUE(relative.holds(-4, -5));  // a quarter of 4
  EXPECT_FALSE(relative.holds(-4, -5.1));
  EXPECT_FALSE(relative.holds(0, 1e-9));  // nothing is small beside 0
  const Tolerance absolute{.relative_fraction = 0.25, .absolute = 2};
  EXPECT_TRUE(absolute.holds(0, 2));
  EXPECT_TRUE(absolute.holds(100, 75));
  EXPECT_FALSE(absolute.holds(0, 2.1));
}

TEST_F(TolerancesTest, AreExactByDefault) {
  EXPECT_EQ(Tolerances().at("/power").relative_fraction, 0);
  EXPECT_EQ(read(R"({"/power": 1})").at("/throttle/brakes").relative_fraction, 0);
}

TEST_F(TolerancesTest, ReadsANumberAsRelativeAndAnObjectAsItSays) {
  const Tolerances tolerances =
      read(R"({"": 0.5, "/power": {"relative_fraction": 0.1, "absolute": 7}, "/checks": {"ignore": true}})");
  EXPECT_EQ(tolerances.at("/throttle/brakes").relative_fraction, 0.5);
  EXPECT_EQ(tolerances.at("/throttle/brakes").absolute, 0);
  EXPECT_EQ(tolerances.at("/power/row0/peak_w").relative_fraction, 0.1);
  EXPECT_EQ(tolerances.at("/power/row0/peak_w").absolute, 7);
  EXPECT_TRUE(tolerances.at("/checks/energy_residual").ignore);
}

TEST_F(TolerancesTest, TakesThePointerForNoUnitOfTheNumber) {
  const std::vector<std::string> pointers = {"/memory_gib", "/peak_kw"};
  const Tolerances tolerances(folder_.write("t.json", R"({"/memory_gib": 0.1, "/peak_kw": 0.2})"), pointers);
  EXPECT_EQ(tolerances.at("/memory_gib").relative_fraction, 0.1);
  EXPECT_EQ(tolerances.at("/peak_kw").relative_fraction, 0.2);
}

TEST_F(TolerancesTest, TheLongestPrefixDecidesWhateverTheOrder) {
  for (const char* text : {R"({"": 1, "/power": 2, "/power/row0": 3, "/power/row0/peak_w": 4})",
                           R"({"/power/row0/peak_w": 4, "/power/row0": 3, "/power": 2, "": 1})"}) {
    const Tolerances tolerances = read(text);
    EXPECT_EQ(tolerances.at("/throttle/brakes").relative_fraction, 1);
    EXPECT_EQ(tolerances.at("/power/row0~1rack0/peak_w").relative_fraction, 2);  // another step than row0
    EXPECT_EQ(tolerances.at("/power/row0/mean_w").relative_fraction, 3);
    EXPECT_EQ(tolerances.at("/power/row0/peak_w").relative_fraction, 4);
  }
}

TEST_F(TolerancesTest, AStarIsAnyOneStepAndANameBeatsIt) {
  const Tolerances tolerances = read(R"({"/power/*/peak_w": 1, "/*/row0/*": 2, "/power/row0/*": 3, "/*/*": 4})");
  EXPECT_EQ(tolerances.at("/power/row0~1rack0/peak_w").relative_fraction, 1);
  EXPECT_EQ(tolerances.at("/power/row0/peak_w").relative_fraction, 3);
  EXPECT_EQ(tolerances.at("/power/row0/mean_w").relative_fraction, 3);
  EXPECT_EQ(tolerances.at("/throttle/brakes").relative_fraction, 4);
  EXPECT_EQ(tolerances.at("/seed").relative_fraction, 0);
}

TEST_F(TolerancesTest, SaysAllProblemsAtOnce) {
  EXPECT_EQ(problem(R"({"/power/row0/peak_w": {"relative": 1}, "/power": -1, "/throttle": {"absolute": "x"},
                        "/checks": true, "/pwr": 1, "power": 1})"),
            "t.json: /~1power~1row0~1peak_w/relative: unknown key\n"
            "t.json: /~1power: must be at least 0, not -1\n"
            "t.json: /~1throttle/absolute: must be a number, not \"x\"\n"
            "t.json: /~1checks: must be a number, not true\n"
            "t.json: /~1pwr: matches none of the compared values; did you mean \"/power\"?\n"
            "t.json: /power: must be a JSON pointer: empty, or begin with /");
}

TEST_F(TolerancesTest, APrefixEndsWhereAStepEnds) {
  EXPECT_EQ(problem(R"({"/power/row": 1})"),
            "t.json: /~1power~1row: matches none of the compared values; did you mean \"/power/row0\"?");
  EXPECT_EQ(problem(R"({"/throttle/brakes/*": 1})"),
            "t.json: /~1throttle~1brakes~1*: matches none of the compared values; did you mean \"/throttle/brakes\"?");
}

}  // namespace
}  // namespace headroom
