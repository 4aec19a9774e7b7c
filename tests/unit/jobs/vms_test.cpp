#include "jobs/vms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/vm_fixtures.hpp"

namespace headroom {
namespace {

using test::events_of;
using test::kFour;
using test::kOne;
using test::member;
using test::ScriptedRun;
using testing::ElementsAre;
using testing::IsEmpty;

class VirtualMachines : public testing::Test {
 protected:
  test::MachinesFromFile machines_;
};

/// A peak of 0.75 x 400 W over 50 W idle; host 100 W.
TEST_F(VirtualMachines, DrawByStepsWhileTheyStay) {
  ScriptedRun run(machines_.scenario("name,arrival_s,lifetime_s,gpus,level_fraction\na,0,25,4,0.75\nb,5,,2,0.75\n", 2));
  const auto expect = [&](double date, double first, double second) {
    run.look(date, [&run, first, second](const ControlView&) {
      EXPECT_NEAR(run.power_of_server(0), first, 1e-9);
      EXPECT_NEAR(run.power_of_server(1), second, 1e-9);
    });
  };
  expect(2, 100 + 4 * 300, 100 + 4 * 50);
  expect(6, 100 + 4 * 300, 100 + 2 * 300 + 2 * 50);
  expect(15, 100 + 4 * 175, 100 + 2 * 175 + 2 * 50);
  expect(22, 100 + 4 * 100, 100 + 2 * 100 + 2 * 50);
  expect(26, 100 + 4 * 50, 100 + 2 * 100 + 2 * 50);
  expect(35, 100 + 4 * 50, 100 + 4 * 50);
  const Report report = run.run();
  EXPECT_EQ(report.vms->arrived, 2U);
  EXPECT_EQ(report.vms->placed, 2U);
  EXPECT_EQ(report.vms->left, 1U);
  EXPECT_EQ(report.vms->waited, 0U);
  EXPECT_NEAR(report.vms->opaque_energy.value(),
              4 * (10 * 300 + 10 * 175 + 5 * 100) + 2 * (5 * 300 + 10 * 175 + 10 * 100 + 30 * 50), 1e-6);
  EXPECT_EQ(report.vms->opaque_clock_deficit, 0.0);
  EXPECT_THAT(events_of(report, "vm_end"), ElementsAre("25 row0/server0: a: its time is over"));
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST_F(VirtualMachines, BeginWithinTheCycleAndGoFaster) {
  Scenario s = machines_.scenario("name,arrival_s,lifetime_s,gpus,level_fraction\na,0,80,4,0.75\n");
  s.workload.vms->begin = Seconds(15);
  s.workload.vms->time_stretch = 0.5;
  ScriptedRun run(std::move(s));
  run.look(1, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * 175, 1e-9); });
  run.look(3, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * 100, 1e-9); });
  run.look(23, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * 300, 1e-9); });
  run.look(41, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * 50, 1e-9); });
  EXPECT_THAT(events_of(run.run(), "vm_end"), ElementsAre("40 row0/server0: a: its time is over"));
}

TEST_F(VirtualMachines, DrawLessUnderALockOrACap) {
  ScriptedRun run(machines_.scenario("name,arrival_s,gpus,level_fraction\na,0,4,0.75\n"));
  run.at(2, CapPower{ServerId(0), Power(200)});
  run.look(3, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * 200, 1e-9); });
  run.at(4, Release{ServerId(0), Release::What::cap});
  run.at(12, LockClock{ServerId(0), Hertz(705e6)});
  run.look(13, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * (50 + 62.5), 1e-9); });
  run.at(18, Release{ServerId(0), Release::What::clock});
  const Report report = run.run();
  // 2 s at (200 - 50) / (300 - 50) of the clock, 6 s at half of it.
  EXPECT_NEAR(*report.vms->opaque_clock_deficit, (2 * 0.4 + 6 * 0.5) / 60, 1e-9);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST_F(VirtualMachines, FollowTheirRecords) {
  machines_.write("record.csv", "time_s,power_fraction\n0,0.5\n2,1\n7,0.25\n70,0.25\n");
  ScriptedRun run(machines_.scenario("name,arrival_s,gpus,record\na,5,4,record.csv\n"));
  run.look(6,
           [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * (2 * 200 + 3 * 400) / 5.0, 1e-9); });
  run.look(
      11, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * (2 * 400 + 8 * 100) / 10.0, 1e-9); });
  run.look(21, [&](const ControlView&) { EXPECT_NEAR(run.power_of_server(0), 100 + 4 * 100, 1e-9); });
  EXPECT_LT(run.run().energy_residual, 1e-12);
}

/// Whoever looks after its heat takes the limit back when it leaves.
TEST_F(VirtualMachines, LeaveWhileTheirHeatLimitsThem) {
  struct Stove : SliceWatch {
    explicit Stove(Fleet& of) : fleet(of) {}
    void drew(SliceId id) override {
      if (!std::exchange(limits, true)) fleet.limit_heat(id, Power(200));
    }
    void vacated(SliceId id) override { fleet.limit_heat(id, PowerLimiter::kUnlimited); }
    Fleet& fleet;
    bool limits = false;
  };
  const Scenario s = machines_.scenario("name,arrival_s,lifetime_s,gpus,level_fraction\na,0,25,4,0.75\n");
  test::RunWithoutSimGrid run(s, {});
  Stove stove(run.fleet);
  run.fleet.add(stove);
  run.run();
  const Report report = run.report();
  EXPECT_EQ(report.vms->left, 1U);
  EXPECT_NEAR(report.vms->opaque_energy.value(), 4 * (10 * 200 + 10 * 175 + 5 * 100), 1e-6);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST_F(VirtualMachines, WaitInOrderForGpus) {
  ScriptedRun run(machines_.scenario("name,arrival_s,lifetime_s,gpus\na,0,20,3\nb,1,10,2\nc,2,10,1\nd,3,30,4\n"));
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "vm_wait"), ElementsAre("1 site: b", "3 site: d"));
  EXPECT_THAT(events_of(report, "vm_start"),
              ElementsAre("0 row0/server0: a", "2 row0/server0: c", "20 row0/server0: b", "30 row0/server0: d"));
  EXPECT_EQ(report.vms->waited, 2U);
  EXPECT_EQ(report.vms->mean_wait, Seconds((19 + 27) / 2.0));
  EXPECT_EQ(report.vms->without_place, 0U);
}

TEST_F(VirtualMachines, GoWithThePower) {
  Scenario s = machines_.scenario("name,arrival_s,gpus,service\na,0,2,\nb,0,2,serving\nc,20,1,\n");
  s.incidents.evictions = {{{"row0/server0"}, Seconds(8), Seconds(2)}};
  ScriptedRun run(std::move(s));
  run.look(12, [&](const ControlView& view) {
    EXPECT_EQ(run.power_of_server(0), 0);
    EXPECT_EQ(view.vms->opaque_on(ServerId(0)), 0U);
  });
  const Report report = run.run();
  EXPECT_EQ(report.vms->left, 2U);
  EXPECT_EQ(report.vms->without_place, 1U);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST_F(VirtualMachines, RunInstancesThatStandAtTheStartAndStartLater) {
  Scenario s = machines_.scenario("name,arrival_s,lifetime_s,gpus,service\na,0,30,2,serving\nb,5,20,2,serving\n");
  ScriptedRun run(std::move(s));
  run.look(1, [&](const ControlView&) { EXPECT_EQ(run.status(0), Status::up); });
  run.look(6, [&](const ControlView&) { EXPECT_EQ(run.status(1), Status::starting); });
  run.look(11.5, [&](const ControlView&) { EXPECT_EQ(run.status(1), Status::up); });  // 3 s, 2 s, 1 s
  run.look(26, [&](const ControlView&) {
    EXPECT_EQ(run.status(0), Status::up);
    EXPECT_EQ(run.status(1), Status::gone);
  });
  run.look(31, [&](const ControlView&) { EXPECT_EQ(run.gpus(GpuUse::idle), 4U); });
  const Report report = run.run(test::requests_at({2, 15, 16}, 8));
  EXPECT_EQ(report.all.completed, 3U);
  EXPECT_EQ(report.fleet.drains, 2U);
  EXPECT_EQ(report.vms->serving, 2U);
  EXPECT_THAT(events_of(report, "drain"),
              ElementsAre("25/0 row0/server0/instance1: b left", "30/0 row0/server0/instance0: a left"));
  EXPECT_LT(report.energy_residual, 1e-12);
}

/// Steps take 1/8 s: the request needs 10 s, of which it gets 5.
TEST_F(VirtualMachines, DrainAsTheirServiceSays) {
  Scenario s =
      machines_.scenario("name,arrival_s,lifetime_s,gpus,service\na,0,5,4,serving\nb,0,,4,serving\nc,6,,4,\n", 2);
  s.serving->drain.limit = Seconds(3);
  ScriptedRun run(std::move(s));
  const Report report = run.run({test::request(0, 0.5, 10, 80)});
  EXPECT_EQ(report.all.completed, 1U);
  EXPECT_EQ(report.fleet.requeued, 1U);
  EXPECT_EQ(run.ends.of[0].instance, 1U);
  EXPECT_THAT(events_of(report, "vm_start"),
              ElementsAre("0 row0/server0: a", "0 row0/server1: b", "8 row0/server0: c"));
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST_F(VirtualMachines, GiveUpStartsThatAreNotOver) {
  ScriptedRun run(machines_.scenario("name,arrival_s,lifetime_s,gpus,service\na,5,3,4,serving\n"));
  run.look(7, [&](const ControlView&) { EXPECT_EQ(run.status(0), Status::starting); });
  run.look(9, [&](const ControlView&) { EXPECT_EQ(run.status(0), Status::gone); });
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "start"), ElementsAre("5/3 row0/server0/instance0: a"));
  EXPECT_EQ(report.fleet.drains, 0U);
  EXPECT_LT(report.energy_residual, 1e-12);
}

/// A controller puts an instance on one GPU in place of that on two; the GPUs that are free then are the machine's.
TEST_F(VirtualMachines, KeepTheirGpusWhateverStandsThere) {
  Scenario s = machines_.scenario("name,arrival_s,lifetime_s,gpus,service\na,0,30,4,serving\nb,12,10,2,\n");
  ScriptedRun run(std::move(s));
  run.at(2, test::deploy(0, {member(kOne, 0, 1)}));
  run.look(11, [&](const ControlView&) {
    EXPECT_EQ(run.status(0), Status::gone);
    EXPECT_EQ(run.status(1), Status::up);
    EXPECT_EQ(run.gpus(GpuUse::idle), 3U);
  });
  run.look(31, [&](const ControlView&) { EXPECT_EQ(run.status(1), Status::gone); });
  const Report report = run.run();
  EXPECT_THAT(events_of(report, "vm_start"), ElementsAre("0 row0/server0: a", "30 row0/server0: b"));
  EXPECT_LT(report.energy_residual, 1e-12);
}

/// What waits for GPUs of a machine that leaves does not start any more.
TEST_F(VirtualMachines, LeaveNothingThatWaitsForTheirGpus) {
  Scenario s = machines_.scenario("name,arrival_s,lifetime_s,gpus,service\na,0,4,4,serving\n");
  s.serving->drain.limit = Seconds(20);
  ScriptedRun run(std::move(s));
  run.at(2, test::deploy(0, {member(kFour, 0, 0)}));
  const Report report = run.run({test::request(0, 0.5, 10, 80)});
  EXPECT_THAT(events_of(report, "start"), IsEmpty());
  EXPECT_EQ(report.all.completed, 1U);
  EXPECT_LT(report.energy_residual, 1e-12);
}

TEST_F(VirtualMachines, AreExpectedByTheirTemplates) {
  Scenario s = machines_.scenario(
      "name,arrival_s,lifetime_s,gpus,service,level_fraction,has_history\n"
      "a,0,30,2,,0.75,1\nb,0,30,1,,0.75,0\nc,0,,2,serving,,\n",
      2);
  s.workload.vms->serving_level_fraction = 0.5;
  ScriptedRun run(std::move(s));
  run.look(1, [&](const ControlView& view) {
    EXPECT_EQ(view.vms->opaque_on(ServerId(0)), 2U);
    EXPECT_EQ(view.vms->opaque_on(ServerId(1)), 0U);
    EXPECT_NEAR(view.vms->expected(ServerId(0), Seconds(1)).value(), 100 + 2 * 300 + 400 + 50, 1e-9);
    EXPECT_NEAR(view.vms->expected(ServerId(0), Seconds(10)).value(), 100 + 2 * 175 + 400 + 50, 1e-9);
    EXPECT_NEAR(view.vms->expected(ServerId(0), Seconds(70)).value(), 100 + 2 * 175 + 400 + 50, 1e-9);
    EXPECT_NEAR(view.vms->expected(ServerId(1), Seconds(10)).value(), 100 + 2 * 200 + 2 * 50, 1e-9);
    const VmView& site = run.parts->vms->site();
    EXPECT_NEAR(site.row_w(0)[1], 100 + 2 * 175 + 400 + 50 + 100 + 2 * 200 + 2 * 50, 1e-9);
    EXPECT_EQ(site.opaque_in_row(0), 2U);
    EXPECT_EQ(site.serving_in_row(0), 1U);
    EXPECT_EQ(site.row_limit(0), Power(4000));  // of two servers
  });
  run.look(31, [&](const ControlView& view) {
    EXPECT_NEAR(view.vms->expected(ServerId(0), Seconds(31)).value(), 100 + 4 * 50, 1e-9);
    // The idle instance was seen in the first steps.
    EXPECT_NEAR(view.vms->expected(ServerId(1), Seconds(61)).value(), 100 + 2 * 60 + 2 * 50, 1e-9);
    EXPECT_NEAR(run.parts->vms->site().row_w(0)[1], 100 + 4 * 50 + 100 + 2 * 60 + 2 * 50, 1e-9);
  });
  (void)run.run();
}

/// Wants a server where the machine does not fit.
struct BadPlacement : VmPlacement {
  explicit BadPlacement(std::size_t to) : server(to) {}
  std::size_t server;
  std::optional<ServerId> place(const Vm&, const VmView&) override { return ServerId(server); }
};

TEST_F(VirtualMachines, HoldAPlacementToItsContract) {
  for (const std::size_t server : {0U, 7U}) {
    Scenario s = machines_.scenario("name,arrival_s,gpus\na,0,4\nb,2,4\n", 2);
    s.policy.vm_placement = test::recipe<VmPlacement>("bad", std::make_unique<BadPlacement>(server));
    try {
      ScriptedRun run(std::move(s));
      (void)run.run();
      ADD_FAILURE() << "was not refused";
    } catch (const PolicyError& error) {
      EXPECT_EQ(std::string(error.what()),
                server == 0
                    ? "vm_placement bad broke its contract at 2 s: machine b goes to server 0, where it does not fit"
                    : "vm_placement bad broke its contract at 0 s: machine a goes to server 7, where it does not fit");
    }
  }
}

}  // namespace
}  // namespace headroom
