#include "model/cooling/outside.hpp"

#include <gtest/gtest.h>

#include "support/config_fixtures.hpp"

namespace headroom {
namespace {

using test::chosen;

double at(const Choice<OutsideTemperature>& outside, double seconds) {
  return outside.value->at(Seconds(seconds)).value();
}

TEST(Outside, MayBeConstant) {
  const auto outside = chosen(outside_kinds(), "constant", {{"outside_c", 31}});
  EXPECT_EQ(at(outside, 0), 31);
  EXPECT_EQ(at(outside, 1e6), 31);
}

/// The run starts at 9:00; it is hottest at 15:00, at its mean six hours before and after, coldest at 3:00.
TEST(Outside, MayBeADay) {
  const auto outside = chosen(outside_kinds(), "day",
                              {{"mean_c", 25}, {"amplitude_k", 8}, {"peak_s", 15 * 3600}, {"start_s", 9 * 3600}});
  EXPECT_NEAR(at(outside, 0), 25, 1e-9);
  EXPECT_NEAR(at(outside, 6 * 3600), 33, 1e-9);
  EXPECT_NEAR(at(outside, 8 * 3600), 25 + 8 * 0.8660254037844386, 1e-9);
  EXPECT_NEAR(at(outside, 18 * 3600), 17, 1e-9);
  EXPECT_NEAR(at(outside, 30 * 3600), 33, 1e-9);
}

/// The curve of a configuration file, or its problems.
class OutsideFile : public testing::Test {
 protected:
  struct Config {
    Choice<OutsideTemperature> outside{outside_kinds(), "", nullptr};
    void fields(Fields& f) { f.required("outside", outside, "outside"); }
  };

  Config read(const std::string& curve) {
    test_.write("main.json", R"({"outside": {"kind": "points", "curve": )" + curve + "}}");
    Config config;
    read_config(test_.document("main.json"), config);
    return config;
  }
  std::string problems(const std::string& curve) {
    const std::string text = test::problem_of([&] { (void)read(curve); });
    return text.substr(text.find(": /") + 2);
  }

  test::ConfigTest test_;
};

TEST_F(OutsideFile, MayHavePoints) {
  const auto config = read(R"([{"time_s": 100, "outside_c": 20}, {"time_s": 200, "outside_c": 30}])");
  EXPECT_EQ(at(config.outside, 0), 20);
  EXPECT_DOUBLE_EQ(at(config.outside, 125), 22.5);
  EXPECT_EQ(at(config.outside, 200), 30);
  EXPECT_EQ(at(config.outside, 1e9), 30);
}

TEST_F(OutsideFile, MayHaveOnePoint) {
  const auto config = read(R"([{"time_s": 100, "outside_c": 20}])");
  EXPECT_EQ(at(config.outside, 0), 20);
  EXPECT_EQ(at(config.outside, 1000), 20);
}

TEST_F(OutsideFile, WantsPointsInOrder) {
  EXPECT_EQ(problems("[]"), "/outside/curve: must have at least one point");
  EXPECT_EQ(problems(R"([{"time_s": 9, "outside_c": 20}, {"time_s": 9, "outside_c": 30}])"),
            "/outside/curve/1: must have a later time_s than the point before");
}

}  // namespace
}  // namespace headroom
