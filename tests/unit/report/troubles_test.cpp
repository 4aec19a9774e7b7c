#include "report/troubles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RunOutput eventful(const std::string& summary, const std::string& events) {
  RunOutput output;
  output.summary = Json::parse(summary);
  output.events = Json::parse(events);
  return output;
}

std::vector<std::string> said(const RunOutput& output) {
  std::vector<std::string> lines;
  for (const Json& trouble : troubles_of(output, events_of(output))) {
    std::string line;
    for (const char* key : {"finding", "what", "where", "cause"}) line += trouble[key].get<std::string>() + "|";
    lines.push_back(line);
  }
  return lines;
}

TEST(Troubles, AGoodRunHasNone) {
  EXPECT_THAT(said(eventful(R"({"requests": {"rejected": 0}, "checks": {"energy_residual": 1e-14}, "warnings": []})",
                            R"({"events": [{"time_s": 1, "kind": "clock_lock", "target": "a"}]})")),
              IsEmpty());
}

TEST(Troubles, TheWorstComesFirstAndPlacesAreSummedUp) {
  const auto output = eventful(
      R"({"requests": {"arrived": 200, "rejected": 2, "rejected_by": {"lost": 2}},
          "warnings": [{"where": "/a", "what": "b"}]})",
      R"({"events": [
        {"time_s": 1, "kind": "thermal_throttle", "target": "s0", "cause": "GPU 0 at 85 degC", "duration_s": 1},
        {"time_s": 2, "kind": "thermal_throttle", "target": "s1", "cause": "GPU 1 at 85 degC", "duration_s": 5},
        {"time_s": 3, "kind": "thermal_throttle", "target": "s1", "cause": "GPU 1 at 85 degC", "duration_s": 5},
        {"time_s": 4, "kind": "power_brake", "target": "s0", "cause": "row0 at 1.02", "duration_s": 40},
        {"time_s": 4, "kind": "power_brake", "target": "s1", "cause": "row0 at 1.02", "duration_s": 40},
        {"time_s": 5, "kind": "trip", "target": "row0", "cause": "outage"}]})");
  EXPECT_THAT(said(output), ElementsAre("bad|protection tripped|row0|outage|",
                                        "bad|power brake, 2 servers, 40 s each|s0 and others|row0 at 1.02|",
                                        "watch|GPUs too hot, 2 times, 10 s, all together|s1|GPU 1 at 85 degC|",
                                        "watch|GPUs too hot, 1 s|s0|GPU 0 at 85 degC|",
                                        "bad|2 requests rejected|1.0 % of all|lost with the power of their server|",
                                        "watch|warning|/a|b|"));
}

TEST(Troubles, OfManyPlacesTheLastAreCounted) {
  Json events = Json::array();
  for (int i = 0; i < 20; ++i)
    events.push_back({{"time_s", i}, {"kind", "overload"}, {"target", "rack" + std::to_string(i)}, {"cause", "c"}});
  const auto lines = said(eventful("{}", Json{{"events", events}}.dump()));
  EXPECT_EQ(lines.size(), 13U);
  EXPECT_EQ(lines.back(), "bad|sample above the budget|8 more places||");
}

TEST(Troubles, BooksThatDoNotBalanceAreSaid) {
  EXPECT_THAT(said(eventful(R"({"checks": {"energy_residual": 1e-3}})", R"({"events": []})")),
              ElementsAre("bad|books do not balance|energy_residual|a fault of the program|"));
}

}  // namespace
}  // namespace headroom
