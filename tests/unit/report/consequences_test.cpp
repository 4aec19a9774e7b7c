#include "report/consequences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;

TEST(Consequences, LimitsComeFirstAndTheLargestChangeOfAGroup) {
  test::TemporaryFolder folder;
  const auto output = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories(folder.path(name));
    folder.write(name + "/summary.json", text);
    RunOutput run;
    run.name = name;
    run.folder = folder.path(name);
    return run;
  };
  const auto summary = [](int brakes, double p50, double p99, double energy, double residual) {
    return Json{{"format", 1},
                {"scenario", "s"},
                {"version", "0.1.0"},
                {"energy", {{"it_kwh", energy}}},
                {"latency", {{"e2e_s", {{"p50", p50}, {"p99", p99}}}}},
                {"throttle", {{"brakes", brakes}}},
                {"checks", {{"energy_residual", residual}}}}
        .dump();
  };
  const Json found =
      consequences_of(output("base", summary(0, 10, 20, 100, 1e-14)), output("now", summary(2, 10.1, 24, 30, 2e-14)));
  std::vector<std::string> order;
  for (const Json& group : found["groups"])
    for (const Json& move : group["moves"]) order.push_back(move["pointer"]);
  EXPECT_THAT(order, ElementsAre("/throttle/brakes", "/latency/e2e_s/p99", "/latency/e2e_s/p50", "/energy/it_kwh"));
  EXPECT_EQ(found["base"], "base");
}

}  // namespace
}  // namespace headroom
