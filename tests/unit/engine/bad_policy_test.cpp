#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/problem.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

// Each test runs one simulation, with SimGrid's one engine of a process.

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
  std::optional<InstanceId> route(const Request& request, const FleetView&) override {
    return InstanceId(request.id == 1 ? 99 : 0);
  }
};

/// Refuses the second request.
struct Refusing : Router {
  std::optional<InstanceId> route(const Request& request, const FleetView&) override {
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
