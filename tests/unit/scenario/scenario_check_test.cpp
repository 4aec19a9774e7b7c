#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "scenario/scenario.hpp"
#include "scenario/slo.hpp"
#include "support/broken_rules.hpp"
#include "support/small_scenario.hpp"
#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

using test::chosen;
using test::problem_of;

/// A sound scenario of four servers under POLCA, which the tests spoil.
Scenario sound() {
  Scenario s = test::small_scenario(4);
  s.site.levels[0].budget = Power(2000);
  s.serving->model.parameters = s.serving->model.counted_parameters();
  s.serving->pools = {{"low", {"low"}, 0.5, ""}, {"high", {"high"}, 0.5, ""}};
  s.workload.trace.emplace();
  s.workload.trace->path = "trace.csv";
  test::add_controller(s, chosen(builtin_controllers(), "polca", {}));
  return s;
}

/// The problems of the sound scenario after a change, one a line.
std::string after(const std::function<void(Scenario&)>& change) {
  Scenario scenario = sound();
  change(scenario);
  return test::text_of_broken_rules(scenario);
}

std::function<void(Scenario&)> with_controller(std::string_view kind, const std::map<std::string, double>& values) {
  return [=](Scenario& s) {
    s.policy.controllers.clear();
    test::add_controller(s, chosen(builtin_controllers(), kind, values));
  };
}

SiteWorkload endless() {
  SiteWorkload workload;
  workload.synthetic.emplace().rate_per_s = 1.0;
  auto& only = workload.synthetic->classes.emplace_back();
  only.input = chosen(length_kinds(), "fixed", {{"tokens", 10}});
  only.output = chosen(length_kinds(), "fixed", {{"tokens", 10}});
  return workload;
}

TEST(ScenarioCheck, FindsNothingInASoundOne) {
  EXPECT_EQ(after([](Scenario&) {}), "");
}

TEST(ScenarioCheck, AsksControllersAboutTheirClocks) {
  EXPECT_EQ(
      after(with_controller("polca", {{"low_t1_clock_mhz", 1000e6}, {"high_t2_clock_mhz", 5000e6}})),
      "/policy/controllers/0/low_t1_clock_mhz: the GPUs do not support 1000 MHz; the nearest clock is 1005 MHz\n"
      "/policy/controllers/0/high_t2_clock_mhz: the GPUs do not support 5000 MHz; the nearest clock is 1410 MHz\n");
  EXPECT_EQ(after(with_controller("polca", {{"low_t2_clock_mhz", 288e6}})), "");  // the brake's
  EXPECT_EQ(after(with_controller("one_threshold_all", {{"clock_mhz", 1111e6}})),
            "/policy/controllers/0/clock_mhz: the GPUs do not support 1111 MHz; the nearest clock is 1110 MHz\n");
}

TEST(ScenarioCheck, AsksControllersAboutTheirThresholds) {
  EXPECT_EQ(after(with_controller("polca", {{"t1_fraction", 0.95}, {"t2_release_fraction", 0.89}})),
            "/policy/controllers/0/t1_fraction: must not be above t2_fraction\n"
            "/policy/controllers/0/t2_release_fraction: must be below t2_fraction\n");
  EXPECT_EQ(after(with_controller("one_threshold_all", {{"release_fraction", 0.9}})),
            "/policy/controllers/0/release_fraction: must be below threshold_fraction\n");
  EXPECT_EQ(after(with_controller("no_cap", {{"brake_release_fraction", 1.0}})),
            "/policy/controllers/0/brake_release_fraction: must be below brake_fraction\n");
}

TEST(ScenarioCheck, WantsServersForLocksOfLowPriority) {
  const std::string expected =
      "/policy/controllers/0: locks servers that serve low priority only, but no pool of /serving/pools does\n";
  EXPECT_EQ(after([](Scenario& s) { s.serving->pools.clear(); }), expected);
  EXPECT_EQ(after([](Scenario& s) {
              with_controller("one_threshold_low_priority", {})(s);
              s.serving->pools = {{"all", {"low", "high"}, 1.0, ""}};
            }),
            expected);
  EXPECT_EQ(after([](Scenario& s) {
              with_controller("one_threshold_all", {})(s);
              s.serving->pools.clear();
            }),
            "");
}

void add_builtin(Scenario& s, std::string_view kind, std::optional<ControllerScope> scope = {}) {
  test::add_controller(s, chosen(builtin_controllers(), kind, {}));
  s.policy.controllers.back().scope = std::move(scope);
}

/// A level of racks of two servers, with a budget.
void add_racks(Scenario& s) {
  LevelConfig level;
  level.name = "rack";
  level.holds = 2;
  level.budget = Power(1000);
  s.site.levels.push_back(level);
  s.telemetry.levels = {"row", "rack"};
}

TEST(ScenarioCheck, LetsOneControllerLockTheClocksOfAServer) {
  EXPECT_EQ(after([&](Scenario& s) { add_builtin(s, "one_threshold_all"); }),
            "/policy/controllers: only one may lock clocks of row0/server0: polca (0) and one_threshold_all (1) would "
            "undo each other's locks\n");
  EXPECT_EQ(after([&](Scenario& s) { add_builtin(s, "none"); }), "");
  const auto scoped = [](std::vector<std::string> first, std::vector<std::string> second) {
    return after([&](Scenario& s) {
      s.policy.controllers[0].scope = {"", {}, std::move(first)};
      add_builtin(s, "polca", ControllerScope{"", {}, std::move(second)});
    });
  };
  EXPECT_EQ(scoped({"low"}, {"high"}), "");
  EXPECT_EQ(scoped({"low", "high"}, {"high"}),
            "/policy/controllers: only one may lock clocks of row0/server1: polca (0) and polca (1) would undo each "
            "other's locks\n");
}

TEST(ScenarioCheck, KnowsWhatAScopeNames) {
  EXPECT_EQ(after([](Scenario& s) {
              s.policy.controllers[0].scope = {"rwo", {"chat"}, {"hgih"}};
            }),
            "/policy/controllers/0/scope/level: there is no level with telemetry and a budget \"rwo\"; did you mean "
            "\"row\"?\n"
            "/policy/controllers/0/scope/services/0: there is no service \"chat\"\n"
            "/policy/controllers/0/scope/pools/0: there is no pool \"hgih\"; did you mean \"high\"?\n");
}

TEST(ScenarioCheck, WantsTheLevelOfAControllerWhereSeveralAreSampled) {
  EXPECT_EQ(after(add_racks),
            "/policy/controllers/0/scope/level: missing: row and rack have telemetry and a budget, and a controller "
            "that acted on both would undo its own commands\n");
  const auto by_level = [](std::string_view second) {
    return after([&](Scenario& s) {
      add_racks(s);
      s.policy.controllers[0].scope = {"row", {}, {}};
      add_builtin(s, second, ControllerScope{"rack", {}, {}});
    });
  };
  EXPECT_EQ(by_level("no_cap"), "");
  EXPECT_NE(by_level("polca").find("only one may lock clocks of row0/rack0/server0"), std::string::npos);
}

TEST(ScenarioCheck, WarnsOfTwoAutoscalersOfOnePool) {
  Scenario s = sound();
  s.policy.controllers.clear();
  add_builtin(s, "target_utilization");
  add_builtin(s, "target_utilization", ControllerScope{"", {}, {"high"}});
  EXPECT_TRUE(warnings_of(s).empty());
  add_builtin(s, "target_utilization");
  ASSERT_EQ(warnings_of(s).size(), 1U);
  EXPECT_EQ(warnings_of(s)[0].where, "/policy/controllers/2");
  EXPECT_NE(warnings_of(s)[0].what.find("pool \"low\", as /policy/controllers/0 does"), std::string::npos);
}

TEST(ScenarioCheck, SamplesLevelsWithABudget) {
  EXPECT_EQ(after([](Scenario& s) {
              add_racks(s);
              s.site.levels[1].budget.reset();
            }),
            "/telemetry/levels/1: \"rack\" has no budget, so it is not sampled\n");
  EXPECT_EQ(after([](Scenario& s) {
              s.telemetry.levels = {"row", "site", "row", "rwo"};
            }),
            "/telemetry/levels/1: \"site\" has no budget, so it is not sampled\n"
            "/telemetry/levels/2: \"row\" is given twice\n"
            "/telemetry/levels/3: the site has no level \"rwo\"; did you mean \"row\"?\n");
  EXPECT_EQ(after([&](Scenario& s) {
              add_racks(s);
              s.policy.controllers.clear();
            }),
            "");
  EXPECT_EQ(after([](Scenario& s) {
              s.policy.controllers.clear();
              s.site.levels[0].budget.reset();
            }),
            "");  // the default
}

TEST(ScenarioCheck, GivesEveryPoolAServer) {
  EXPECT_EQ(after([](Scenario& s) {
              s.serving->pools[0].server_fraction = 0.1;
              s.serving->pools[1].server_fraction = 0.9;
            }).substr(0, 70),
            "/policy/controllers/0: locks servers that serve low priority only, but");
  EXPECT_NE(after([](Scenario& s) {
              s.serving->pools[0].server_fraction = 0.1;
              s.serving->pools[1].server_fraction = 0.9;
            }).find("/serving/pools/0/server_fraction: leaves the pool without a server\n"),
            std::string::npos);
}

TEST(ScenarioCheck, WantsRunsThatEnd) {
  const auto generated = [](Scenario& s) { s.workload = endless(); };
  EXPECT_EQ(after(generated), "/duration_s: missing: this workload never ends\n");
  EXPECT_EQ(after([&](Scenario& s) {
              generated(s);
              s.duration = Seconds(10);
            }),
            "");
  EXPECT_EQ(after([&](Scenario& s) {
              generated(s);
              s.workload.synthetic->duration = Seconds(10);
            }),
            "");
}

TEST(ScenarioCheck, LimitsWhatGrowsWithTime) {
  EXPECT_EQ(after([](Scenario& s) {
              s.duration = Seconds(20000);
              s.output.power.bin = Seconds(0.01);
              s.telemetry.period = Seconds(0.001);
              s.telemetry.window = Seconds(10.1);
              s.telemetry.delay = Seconds(1001);
            }),
            "/telemetry/window_s: must be at most 10,000 periods of 0.001 s\n"
            "/telemetry/delay_s: must be at most 1,000,000 periods of 0.001 s\n"
            "/output/power/bin_s: makes more than 1,000,000 bins of 20000 s\n");
}

TEST(ScenarioCheck, ComparesNumbersThatSayTheSame) {
  EXPECT_EQ(after([](Scenario& s) { s.serving->model.parameters *= 1.04; }), "");
  EXPECT_NE(after([](Scenario& s) {
              s.serving->model.parameters *= 1.06;
            }).find("/serving/model/parameters: differs by more than 5 %"),
            std::string::npos);
  EXPECT_EQ(after([](Scenario& s) { s.hardware.server.rated = Power(499); }),
            "/hardware/server/rated_w: is below the power of the server with all GPUs at TDP (500 W)\n");
}

TEST(ScenarioCheck, LooksAtCooling) {
  const auto hot = [](const std::function<void(Scenario&)>& change) {
    return after([&](Scenario& s) {
      test::heat(s, 30);
      change(s);
    });
  };
  EXPECT_EQ(hot([](Scenario&) {}), "");
  EXPECT_EQ(hot([](Scenario& s) { s.hardware.thermal.reset(); }),
            "/hardware/thermal: missing: a scenario with cooling needs it\n");
  EXPECT_EQ(hot([](Scenario& s) { s.hardware.thermal->release = Celsius(85); }),
            "/hardware/thermal/release_c: must be below throttle_c\n");
  EXPECT_EQ(hot([](Scenario& s) { s.hardware.thermal->tau_die = Seconds(30); }),
            "/hardware/thermal/die_time_constant_s: must be below sink_time_constant_s\n");
  EXPECT_EQ(hot([](Scenario& s) {
              s.hardware.thermal->position_offsets = {0.1, 0.2};
            }),
            "/hardware/thermal/position_offsets_fraction: must have one value for each of the 1 GPUs of a server\n");
  EXPECT_EQ(hot([](Scenario& s) { dynamic_cast<InletCurve&>(*s.cooling->inlet.value).curve[0].outside = Celsius(1); }),
            "/cooling/inlet/curve/1: must have a higher outside_c than the point before\n");
  EXPECT_EQ(hot([](Scenario& s) { s.cooling->outside = chosen(outside_kinds(), "points", {}); }),
            "/cooling/outside/curve: must have at least one point\n");
}

TEST(ScenarioCheck, WantsJobsWithNamesOfTheirOwn) {
  const auto add_job = [](Scenario& s) {
    SiteJob& job = s.workload.jobs.emplace_back();
    job.name = "train";
    job.gpus = 1;
    job.shape.waveform.phases = {{PhaseKind::compute, Seconds(1), {{}, 1.0}}};
  };
  EXPECT_EQ(after([&](Scenario& s) {
              s.duration = Seconds(10);
              s.serving->servers = 2;
              add_job(s);
              add_job(s);
            }),
            "/workload/jobs/1/name: another job is already called \"train\"\n");
}

TEST(ScenarioCheck, SaysProblemsOfSeveralSectionsAtOnce) {
  EXPECT_EQ(after([](Scenario& s) {
              s.hardware.server.fan_max = s.hardware.server.fan_min - Power(1);
              s.site.levels[0].protection.emplace();
              s.serving->tensor_parallel = 3;
            }),
            "/hardware/server/fan_max_w: must be at least fan_min_w\n"
            "/site/levels/0/protection/curve: must have at least one point\n"
            "/site/levels/0/rating_w: missing: a protection device needs a rating\n"
            "/serving/tensor_parallel: must divide the 1 GPUs of a server\n");
}

TEST(CheckSlo, KnowsPrioritiesTypesAndClasses) {
  ClassTable classes;
  (void)classes.add("chat", Priority::high);
  Scenario scenario;
  for (const char* name : {"all", "high", "low", "chat", "chat_high"}) scenario.slo[name] = {};
  EXPECT_EQ(problem_of([&] { check_slo(scenario, classes); }), "");
  scenario.slo["chta"] = {};
  scenario.file = "s.json";
  EXPECT_EQ(problem_of([&] { check_slo(scenario, classes); }),
            "s.json: /slo/chta: the workload has no requests \"chta\"; did you mean \"chat\"?");
}

TEST(ScenarioWarnings, SayThatNothingIsSeenBetweenShortWindows) {
  Scenario s = test::small_scenario();
  s.telemetry.levels = {"row"};
  EXPECT_TRUE(warnings_of(s).empty());
  s.telemetry.window = Seconds(0.5);
  ASSERT_EQ(warnings_of(s).size(), 1U);
  EXPECT_EQ(warnings_of(s)[0].where, "/telemetry/window_s");
  s.telemetry.levels.clear();
  EXPECT_TRUE(warnings_of(s).empty());
}

TEST(ScenarioWarnings, SayThatAPoolNeverHasAServer) {
  Scenario s = test::small_scenario(2);
  s.serving->pools = {PoolConfig{"low", {"low"}, 1.0, ""}, PoolConfig{"spare", {}, 0.0, ""},
                      PoolConfig{"high", {"high"}, 0.0, ""}};
  ASSERT_EQ(warnings_of(s).size(), 1U);
  EXPECT_EQ(warnings_of(s)[0].where, "/serving/pools/2");
  test::add_controller(s, test::chosen(builtin_controllers(), "target_utilization", {{"target_requests", 2}}));
  EXPECT_TRUE(warnings_of(s).empty());
}

TEST(ScenarioWarnings, SayThatATenantNeverHasRoom) {
  Scenario s = test::small_scenario(3);
  s.serving->servers = 2;
  for (const char* node : {"row0/server1", "row0", "row0/server2"}) {
    TenantConfig& tenant = s.workload.tenants.emplace_back();
    tenant.name = "tenant";
    tenant.nodes = {node};
  }
  ASSERT_EQ(warnings_of(s).size(), 1U);
  EXPECT_EQ(warnings_of(s)[0].where, "/workload/tenants/0/nodes");
}

TEST(ScenarioNetwork, FlowsNeedARateOfEveryNic) {
  const auto with_flows = [](Scenario& s) { s.network.emplace().kind = NetworkKind::flows; };
  EXPECT_THAT(after(with_flows),
              ::testing::HasSubstr("/network/nic_bytes_per_s: is missing: the server type small does "
                                   "not say it"));
  EXPECT_EQ(after([&](Scenario& s) {
              with_flows(s);
              s.network->nic_bytes_per_s = 1e9;
            }),
            "");
  EXPECT_EQ(after([&](Scenario& s) {
              with_flows(s);
              s.hardware.nic_bytes_per_s = 1e9;
              s.network->rack_uplink_bytes_per_s = 1e9;
            }),
            "");
}

TEST(ScenarioNetwork, AFixedRateReadsNoneOfANic) {
  EXPECT_THAT(after([](Scenario& s) {
                s.network.emplace().nic_bytes_per_s = 1e9;
                s.network->rack_uplink_bytes_per_s = 1e9;
              }),
              testing::AllOf(::testing::HasSubstr("/network/nic_bytes_per_s: is not read by fixed_rate"),
                             ::testing::HasSubstr("/network/rack_uplink_bytes_per_s: is not read by fixed_rate")));
}

}  // namespace
}  // namespace headroom
