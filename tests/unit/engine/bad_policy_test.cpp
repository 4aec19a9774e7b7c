#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "base/problem.hpp"
#include "support/changing_fleet.hpp"
#include "support/small_scenario.hpp"
#include "support/training_fixtures.hpp"

// Tests of whole runs make SimGrid's one engine of a process.

namespace headroom {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// What the run says of its policies; empty where it has no objection.
std::string verdict(Scenario& scenario) {
  scenario.duration = Seconds(60);
  try {
    test::run(scenario, {test::request(0, 1.5, 10, 10), test::request(1, 2.5, 10, 10)});
  } catch (const PolicyError& error) {
    return error.what();
  }
  return {};
}

/// Sends the second request to an instance that does not exist.
struct BadRouter : Router {
  std::optional<Route> route(const Request& request, const FleetView&) override {
    return InstanceId(request.id == 1 ? 99 : 0);
  }
};

/// Refuses the second request.
struct Refusing : Router {
  std::optional<Route> route(const Request& request, const FleetView&) override {
    if (request.id == 1) return std::nullopt;
    return InstanceId(0);
  }
};

/// Takes one action at 3 s.
struct OneAction : Controller {
  explicit OneAction(Action action) : action_(std::move(action)) {}
  Seconds period() const override { return Seconds(3); }
  void control(const ControlView& view, Actions& actions) override {
    if (view.now == Seconds(3)) actions.add(action_);
  }
  Action action_;
};

std::string verdict_on(Action action) {
  Scenario s = test::small_scenario(2);
  test::add_controller(s, "bad", std::make_unique<OneAction>(std::move(action)));
  return verdict(s);
}

TEST(BadRouter, IsStoppedAtAnInstanceThatDoesNotExist) {
  Scenario s = test::small_scenario(2);
  s.policy.router = test::recipe<Router>("bad", std::make_unique<BadRouter>());
  EXPECT_THAT(verdict(s), AllOf(HasSubstr("router bad"), HasSubstr("2.5 s"), HasSubstr("request 1"),
                                HasSubstr("instance 99"), HasSubstr("there are 2")));
}

/// Sends every request to two instances.
struct BadPair : Router {
  explicit BadPair(std::size_t to) : decode(to) {}
  std::optional<Route> route(const Request&, const FleetView&) override { return Route(InstanceId(0), decode); }
  InstanceId decode;
};

std::string verdict_on_pair(Scenario s, std::size_t to) {
  s.policy.router = test::recipe<Router>("bad", std::make_unique<BadPair>(to));
  return verdict(s);
}

TEST(BadRouter, IsStoppedAtAHandOverWithoutANetwork) {
  EXPECT_THAT(verdict_on_pair(test::small_scenario(2), 1),
              AllOf(HasSubstr("router bad"), HasSubstr("request 0 goes from instance 0 to 1"),
                    HasSubstr("the scenario has no network")));
}

TEST(BadRouter, IsStoppedAtTheSameInstanceTwice) {
  Scenario s = test::small_scenario(2);
  s.network.emplace();
  EXPECT_THAT(verdict_on_pair(std::move(s), 0),
              AllOf(HasSubstr("router bad"), HasSubstr("request 0 goes to instance 0 and from there to the same")));
}

TEST(BadRouter, IsStoppedAtAHandOverToAnotherModel) {
  Scenario s = test::changing_scenario(2);
  s.serving->pools = {{"own", {"all"}, 0.5, ""}, {"others", {}, 0.5, "other"}};
  s.network.emplace();
  EXPECT_THAT(verdict_on_pair(std::move(s), 2),
              AllOf(HasSubstr("router bad"), HasSubstr("request 0 goes from instance 0 to 2"),
                    HasSubstr("which runs another model")));
}

TEST(BadRouter, MayRefuseARequest) {
  Scenario s = test::small_scenario(1);
  s.policy.router = test::recipe<Router>("refusing", std::make_unique<Refusing>());
  const Report report = test::run(s, {test::request(0, 1.5, 10, 10), test::request(1, 2.5, 10, 10)});
  EXPECT_EQ(report.all.completed, 1U);
  EXPECT_EQ(report.all.rejected, 1U);
}

TEST(BadController, IsStoppedAtAClockThatTheGpuDoesNotSupport) {
  EXPECT_THAT(verdict_on(LockClock{ServerId(1), Hertz(1234.5e6)}),
              AllOf(HasSubstr("controller bad"), HasSubstr("at 3 s"), HasSubstr("server 1"), HasSubstr("1234.5 MHz")));
}

TEST(BadController, IsStoppedAtAServerThatDoesNotExist) {
  EXPECT_THAT(verdict_on(PowerBrake{ServerId(2)}),
              AllOf(HasSubstr("controller bad"), HasSubstr("at 3 s"), HasSubstr("server 2"), HasSubstr("there are 2")));
}

TEST(BadController, IsStoppedAtTheReleaseOfAServerThatDoesNotExist) {
  EXPECT_THAT(verdict_on(Release{ServerId(7), Release::What::clock}),
              AllOf(HasSubstr("controller bad"), HasSubstr("server 7")));
}

TEST(BadController, IsStoppedAtACapAboveTdp) {
  EXPECT_THAT(verdict_on(CapPower{ServerId(0), Power(401)}),
              AllOf(HasSubstr("controller bad"), HasSubstr("at 3 s"), HasSubstr("server 0"), HasSubstr("401 W"),
                    HasSubstr("TDP")));
}

TEST(BadController, IsStoppedAtACapOfNothing) {
  EXPECT_THAT(verdict_on(CapPower{ServerId(0), Power(0)}), HasSubstr("above 0"));
}

// What concerns instances, pools and deployments.

/// What the run of a fleet that a script changes says of an action at 3 s.
std::string objection(Action action, Scenario s = test::changing_scenario(2)) {
  test::ScriptedRun run(std::move(s));
  run.at(3, std::move(action));
  try {
    run.run(test::requests_at({1, 1}, 100));
  } catch (const PolicyError& error) {
    return error.what();
  }
  return {};
}

/// An objection that names the policy, the time and all of these.
template <class... Words>
auto objects(const Words&... words) {
  return AllOf(HasSubstr("controller script broke its contract at 3 s"), HasSubstr(words)...);
}

const InstanceId kThere(1), kNotThere(4);

TEST(BadOrder, IsStoppedAtAnInstanceThatDoesNotExist) {
  for (const Action& action :
       {Action(SetClock{kNotThere, Hertz(705e6)}), Action(SetBatch{kNotThere, 1}), Action(Assign{kNotThere, PoolId(0)}),
        Action(Steer{kNotThere, 1.0}), Action(Requeue{kNotThere, 1.0}), Action(Squash{kNotThere, 1.0})})
    EXPECT_THAT(objection(action), objects("instance 4", "there are 4"));
}

TEST(BadOrder, IsStoppedAtAnInstanceThatIsGone) {
  test::ScriptedRun run(test::changing_scenario(1));
  run.at(2, test::deploy(0, {}));
  run.at(3, Steer{kThere, 1.0});
  EXPECT_THAT([&] { run.run(); }, testing::ThrowsMessage<PolicyError>(objects("instance 1", "is gone")));
}

TEST(BadOrder, IsStoppedAtAClockBetweenThoseOfTheGpu) {
  EXPECT_THAT(objection(SetClock{kThere, Hertz(706e6)}), objects("sets instance 1 to 706 MHz", "do not support"));
}

TEST(BadOrder, IsStoppedAtABatchOfNothing) {
  EXPECT_THAT(objection(SetBatch{kThere, 0}), objects("instance 1", "0 sequences", "at least 1"));
}

TEST(BadOrder, IsStoppedAtAWeightThatIsNone) {
  for (const double weight : {-0.1, 1.1e6, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THAT(objection(Steer{kThere, weight}), objects("instance 1", "weight", "from 0 to 1e6"));
}

TEST(BadOrder, IsStoppedAtFractionsOutOfRange) {
  for (const double fraction : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(objection(Share{ClassId(0), PoolId(0), fraction}), objects("shares", "from 0 to 1"));
    EXPECT_THAT(objection(Requeue{kThere, fraction}), objects("hands back", "from 0 to 1"));
  }
}

TEST(BadOrder, IsStoppedAtTargetsThatAreNotAboveZero) {
  for (const double targets : {0.0, -1.0, std::numeric_limits<double>::infinity()})
    EXPECT_THAT(objection(Squash{kThere, targets}), objects("squashes", "above 0"));
}

TEST(BadOrder, IsStoppedAtAPoolOrClassThatDoesNotExist) {
  EXPECT_THAT(objection(Assign{kThere, PoolId(1)}), objects("pool 1", "there are 1"));
  EXPECT_THAT(objection(Share{ClassId(0), PoolId(1), 0.5}), objects("pool 1", "there are 1"));
  EXPECT_THAT(objection(Share{ClassId(1), PoolId(0), 0.5}), objects("class 1", "there are 1"));
}

/// The service b has the pool 1, the variants 4 to 7 and server 1.
Scenario two_services_and_types() {
  Scenario s = test::changing_scenario(2);
  ServiceConfig service = *s.serving;
  s.serving.reset();
  service.servers = 1;
  service.pools = {{"all", {"low"}, 1.0, ""}};
  s.services["a"] = service;
  service.pools = {{"none", {}, 1.0, ""}};
  s.services["b"] = service;
  return s;
}

TEST(BadOrder, IsStoppedBetweenServices) {
  EXPECT_THAT(objection(Assign{kThere, PoolId(1)}, two_services_and_types()),
              objects("pool b/none", "another service"));
  EXPECT_THAT(objection(Share{ClassId(0), PoolId(1), 0.5}, two_services_and_types()),
              objects("class low", "pool b/none", "another service"));
  EXPECT_THAT(objection(test::deploy(0, {{VariantId(4), PoolId(0), ServerId(0), 0}}), two_services_and_types()),
              objects("variant 4", "pool a/all", "another service"));
}

/// Two pools of two servers each; the script may act on `mine` alone, which has servers 0 and 2, and instances 0
/// to 3.
std::string objection_in_scope(Action action) {
  Scenario s = test::changing_scenario(4);
  s.serving->pools = {{"mine", {"all"}, 0.5, ""}, {"other", {}, 0.5, ""}};
  test::ScriptedRun run(std::move(s));
  run.at(3, std::move(action));
  run.scope = ControllerScope{"", {}, {"mine"}};
  try {
    run.run(test::requests_at({1, 1}, 100));
  } catch (const PolicyError& error) {
    return error.what();
  }
  return {};
}

TEST(BadOrder, IsStoppedOutsideItsScope) {
  const std::string outside = "outside its scope";
  for (const Action& action : {Action(LockClock{ServerId(1), Hertz(705e6)}), Action(CapPower{ServerId(1), Power(300)}),
                               Action(PowerBrake{ServerId(1)}), Action(Release{ServerId(1), Release::What::brake}),
                               Action(test::deploy(1, {}))})
    EXPECT_THAT(objection_in_scope(action), objects("acts on server 1", outside));
  for (const Action& action :
       {Action(SetClock{InstanceId(4), Hertz(705e6)}), Action(SetBatch{InstanceId(4), 4}),
        Action(Steer{InstanceId(4), 0.5}), Action(Requeue{InstanceId(4), 1.0}), Action(Squash{InstanceId(4), 1.0})})
    EXPECT_THAT(objection_in_scope(action), objects("acts on instance 4 of pool other", outside));
  EXPECT_THAT(objection_in_scope(Assign{InstanceId(1), PoolId(1)}), objects("acts on pool other", outside));
  EXPECT_THAT(objection_in_scope(Share{ClassId(0), PoolId(1), 0.5}), objects("acts on pool other", outside));
  EXPECT_THAT(objection_in_scope(test::deploy(0, {{test::kTwo, PoolId(1), ServerId(0), 0}})),
              objects("acts on pool other", outside));
  EXPECT_EQ(objection_in_scope(LockClock{ServerId(2), Hertz(705e6)}), "");
  EXPECT_EQ(objection_in_scope(test::deploy(0, {test::member(test::kFour, 0, 0)})), "");
}

/// One server serves, the other has a job.
Scenario with_a_job() {
  Scenario s = test::small_scenario(2);
  s.serving->servers = 1;
  SiteJob& job = s.workload.jobs.emplace_back();
  job.name = "job";
  job.gpus = 1;
  job.shape = test::two_level(1, 0.5, 1.0, 0.5);
  return s;
}

TEST(BadController, IsStoppedAtJobsWhereThereAreNone) {
  EXPECT_THAT(objection(LimitJobs{0.5}), objects("training jobs, but there are none"));
  EXPECT_THAT(objection(EndJobs{EndJobs::Which::all}), objects("training jobs, but there are none"));
}

TEST(BadController, IsStoppedAtALimitOfJobsAboveTdp) {
  Scenario s = with_a_job();
  test::add_controller(s, "bad", std::make_unique<OneAction>(LimitJobs{1.1}));
  EXPECT_THAT(verdict(s), AllOf(HasSubstr("controller bad"), HasSubstr("at 3 s"), HasSubstr("jobs to 1.1 of TDP")));
}

TEST(BadController, IsStoppedAtJobsOutsideItsScope) {
  Scenario s = with_a_job();
  s.serving->pools = {{"only", {"all"}, 1.0, ""}};
  test::add_controller(s, "bad", std::make_unique<OneAction>(EndJobs{EndJobs::Which::largest}));
  s.policy.controllers.back().scope = ControllerScope{"", {}, {"only"}};
  EXPECT_THAT(verdict(s), AllOf(HasSubstr("controller bad"), HasSubstr("training jobs, which are outside its scope")));
}

TEST(BadDeployment, IsStoppedOnServersThatItMayNotHave) {
  EXPECT_THAT(objection(Deploy{}), objects("on no server"));
  EXPECT_THAT(objection(test::deploy(2, {})), objects("server 2", "there are 2"));
  EXPECT_THAT(objection(Deploy{{ServerId(1), ServerId(1)}, {}}), objects("server 1 twice"));
  EXPECT_THAT(objection(test::deploy(0, {test::member(test::kTwo, 1, 0)})), objects("server 1", "does not name"));
}

TEST(BadDeployment, IsStoppedAtMembersThatDoNotFit) {
  EXPECT_THAT(objection(test::deploy(0, {test::member(VariantId(4), 0, 0)})), objects("variant 4", "there are 4"));
  EXPECT_THAT(objection(test::deploy(0, {{test::kTwo, PoolId(3), ServerId(0), 0}})), objects("pool 3", "there are 1"));
  EXPECT_THAT(objection(test::deploy(0, {test::member(test::kFour, 0, 1)})),
              objects("variant 1", "GPUs 1 to 4 of server 0", "has 4"));
  EXPECT_THAT(objection(test::deploy(0, {test::member(test::kOne, 0, 3), test::member(test::kTwo, 0, 2)})),
              objects("two members on GPU 3 of server 0"));
}

TEST(BadDeployment, IsStoppedOnAServerInTransition) {
  test::ScriptedRun run(test::changing_scenario(1));
  run.at(2, test::deploy(0, {test::member(test::kFour, 0, 0)}));
  run.at(3, test::deploy(0, {}));
  EXPECT_THAT([&] { run.run(); }, testing::ThrowsMessage<PolicyError>(objects("server 0", "starts or drains")));
}

TEST(BadDeployment, IsStoppedOnAServerWithoutPower) {
  Scenario s = test::changing_scenario(2);
  s.incidents.evictions = {{{"row0/server1"}, Seconds(1), Seconds(1)}};
  EXPECT_THAT(objection(test::deploy(1, {}), std::move(s)), objects("server 1", "has no power"));
}

TEST(BadDeployment, IsStoppedAtAVariantOfAnotherServerType) {
  Scenario s = test::changing_scenario(2);
  s.server_types["other"] = {s.hardware, {"row0/server1"}};
  EXPECT_THAT(objection(test::deploy(1, {test::member(test::kTwo, 1, 0)}), std::move(s)),
              objects("variant 0", "server 1", "another type"));
}

TEST(BadDeployment, IsStoppedOnGpusOfATenant) {
  Scenario s = test::changing_scenario(2);
  s.serving->servers = 1;
  TenantConfig& tenant = s.workload.tenants.emplace_back();
  tenant.name = "tenant";
  tenant.nodes = {"row0/server1"};
  tenant.waveform.phases = {test::phase(PhaseKind::compute, 10, 0.5)};
  EXPECT_THAT(objection(test::deploy(1, {test::member(test::kTwo, 1, 0)}), std::move(s)),
              objects("GPU 0 of server 1", "job or tenant"));
}

TEST(BadController, IsStoppedAtAClockOfAnotherServerType) {
  Scenario s = test::changing_scenario(2);
  s.server_types["slow"] = {s.hardware, {"row0/server1"}};
  s.server_types["slow"].hardware.gpu.max_clock = Hertz(1000e6);
  EXPECT_THAT(objection(LockClock{ServerId(1), Hertz(1410e6)}, std::move(s)),
              objects("server 1", "1410 MHz", "do not support"));
}

TEST(GoodController, MayCapAtTdp) {
  EXPECT_EQ(verdict_on(CapPower{ServerId(0), Power(400)}), "");
}

TEST(GoodController, MayLockToTheLowestClock) {
  EXPECT_EQ(verdict_on(LockClock{ServerId(1), Hertz(210e6)}), "");
}

TEST(BadBatchScheduler, IsStoppedWithItsInstanceAndTime) {
  struct Lazy : BatchScheduler {
    void plan(const InstanceView&, StepPlan&) override {}
  };
  Scenario s = test::small_scenario(1);
  s.policy.batching = test::recipe<BatchScheduler>("lazy", std::make_unique<Lazy>());
  EXPECT_THAT(verdict(s), AllOf(HasSubstr("lazy"), HasSubstr("1.5 s"), HasSubstr("instance 0")));
}

}  // namespace
}  // namespace headroom
