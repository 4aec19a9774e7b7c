#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/broken_rules.hpp"
#include "support/changing_fleet.hpp"

namespace headroom {
namespace {

using testing::HasSubstr;

/// Two servers of four GPUs for machines of two GPUs, half of which serve.
Scenario with_machines() {
  Scenario s = test::changing_scenario(2);
  s.serving->model.parameters = s.serving->variants["other"].model->parameters = 3018;
  s.serving->variants.erase("four");
  s.workload.vms.emplace().gpus = 2;
  return s;
}

std::string broken(Scenario& s) {
  return test::text_of_broken_rules(s);
}

TEST(VmCheck, AcceptsASoundScenario) {
  Scenario s = with_machines();
  EXPECT_EQ(broken(s), "");
  s = with_machines();
  s.workload.vms->service_fraction = 0;
  s.serving->servers = 1;
  EXPECT_EQ(broken(s), "");
}

TEST(VmCheck, ServicesOnMachinesHaveNoServersAndOnePool) {
  Scenario s = with_machines();
  s.serving->servers = 1;
  EXPECT_EQ(broken(s), "/serving/servers: must be absent: it stands on the machines of /workload/vms\n");
  s = with_machines();
  s.serving->pools = {{"x", {"low"}, 0.5, ""}, {"y", {"high"}, 0.5, ""}};
  EXPECT_EQ(broken(s), "/serving/pools: must be one: each machine of /workload/vms runs an instance of it\n");
  s = with_machines();
  s.workload.vms->gpus = 1;
  EXPECT_EQ(broken(s), "/serving/tensor_parallel: is more than the 1 GPUs of a machine of /workload/vms\n");
}

TEST(VmCheck, MachinesFitOnServers) {
  Scenario s = with_machines();
  s.workload.vms->gpus = 8;
  EXPECT_EQ(broken(s), "/workload/vms/gpus: is more than the 4 GPUs of the largest server where they may stand\n");
  s = with_machines();
  s.workload.vms->service_fraction = 0;
  EXPECT_EQ(broken(s), "/workload/vms: has no server: services that do not stand on machines hold them all\n");
}

TEST(VmCheck, EndpointsAreServices) {
  Scenario s = with_machines();
  s.workload.vms->endpoints = {{"chat", 1}, {"serving", 1}, {"serving", 2}};
  const std::string text = broken(s);
  EXPECT_THAT(text, HasSubstr("/workload/vms/endpoints/0/service: there is no service \"chat\"; there is serving\n"));
  EXPECT_THAT(text, HasSubstr("/workload/vms/endpoints/2/service: is an endpoint already\n"));
  s = with_machines();
  s.serving.reset();
  EXPECT_THAT(broken(s), HasSubstr("/workload/vms/service_fraction: is above 0, but there is no service to run\n"));
}

TEST(VmCheck, StandBesideNoJobsAndTenants) {
  Scenario s = with_machines();
  TenantConfig& tenant = s.workload.tenants.emplace_back();
  tenant.name = "t";
  tenant.nodes = {"row0"};
  EXPECT_THAT(broken(s), HasSubstr("/workload/vms: cannot stand beside tenants"));
  s = with_machines();
  s.workload.jobs.emplace_back().name = "j";
  EXPECT_THAT(broken(s), HasSubstr("/workload/vms: cannot stand beside training jobs"));
}

TEST(VmCheck, SizesStepsAndLevelsAreSound) {
  Scenario s = with_machines();
  VmsConfig& vms = *s.workload.vms;
  vms.count = 3;
  vms.occupied_fraction = 0.5;
  vms.group_least = 8;
  vms.step = Seconds(11);
  vms.level.span_fraction = 0.9;
  vms.level.hot_high_fraction = 0.5;
  s.duration.reset();
  const std::string text = broken(s);
  EXPECT_THAT(text, HasSubstr("/workload/vms/count: must not be given beside occupied_fraction\n"));
  EXPECT_THAT(text, HasSubstr("/workload/vms/group_most: must be at least group_least\n"));
  EXPECT_THAT(text, HasSubstr("/workload/vms/cycle_s: must be whole steps of step_s\n"));
  EXPECT_THAT(text, HasSubstr("/workload/vms/level/span_fraction: goes beyond TDP"));
  EXPECT_THAT(text, HasSubstr("/workload/vms/level/hot_high_fraction: must be at least hot_low_fraction\n"));
  EXPECT_THAT(text, HasSubstr("/duration_s: missing: virtual machines do not say how long the run is\n"));
}

}  // namespace
}  // namespace headroom
