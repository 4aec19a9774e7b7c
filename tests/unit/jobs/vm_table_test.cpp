#include "jobs/vm_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class VmTableTest : public testing::Test {
 protected:
  VmList read(const std::string& content) {
    VmsConfig config;
    config.path = folder_.write("machines.csv", content);
    config.time_stretch = 2;
    return read_vms(config, {{ServiceId(3), "chat", 1.0}}, Seconds(100), 0.125);
  }
  std::string problem(
      const std::string& row,
      const std::string& header = "name,arrival_s,gpus,lifetime_s,service,level_fraction,group,record") {
    return test::problem_of([&] { (void)read(header + "\nfirst,0,8,,,0.5,g,\n" + row + "\n"); });
  }
  test::TemporaryFolder folder_;
};

TEST_F(VmTableTest, ReadsMachinesInOrderOfTheirComing) {
  const VmList list = read(
      "name,arrival_s,lifetime_s,group,service,gpus,level_fraction,phase_s,has_history\n"
      "late,20,,g,,4,0.5,30,0\nearly,10,5,g,,8,0.5,30,1\nserves,0,7,,chat,8,,,\nnever,50,,,,8,,,\n");
  ASSERT_EQ(list.machines.size(), 3U);
  EXPECT_EQ(list.machines[0].name, "serves");
  EXPECT_EQ(list.machines[0].service, ServiceId(3));
  EXPECT_EQ(list.machines[0].lifetime, Seconds(14));
  EXPECT_EQ(list.machines[1].name, "early");
  EXPECT_EQ(list.machines[1].arrival, Seconds(20));
  EXPECT_EQ(list.machines[1].group, list.machines[2].group);
  EXPECT_FALSE(list.machines[2].has_history);
  EXPECT_FALSE(list.machines[2].lifetime);
  const VmGroup& group = list.groups[list.machines[1].group];
  EXPECT_EQ(group.level_fraction, 0.5);
  EXPECT_EQ(group.phase, Seconds(60));
}

TEST_F(VmTableTest, SaysWhichLineIsWrong) {
  EXPECT_THAT(problem("a,-1,8,,,0.5,,"), EndsWith("machines.csv:3: arrival_s must not be below 0"));
  EXPECT_THAT(problem("a,0,0,,,0.5,,"), EndsWith(":3: gpus must be from 1 to 1024"));
  EXPECT_THAT(problem("a,0,8,0,,0.5,,"), EndsWith(":3: lifetime_s must be above 0"));
  EXPECT_THAT(problem("a,0,8,,cat,0.5,,"), EndsWith(":3: no service on machines is called \"cat\" (there are: chat)"));
  EXPECT_THAT(problem("a,0,8,,,1.5,,"), EndsWith(":3: level_fraction must be from 0 to 1"));
  EXPECT_THAT(problem("a,0,8,,,0.6,g,"), HasSubstr(":3: machines of a group have one level_fraction and phase_s"));
  EXPECT_THAT(problem("first,0,8,,,0.5,,"), EndsWith(":3: another machine is already called \"first\""));
  EXPECT_THAT(problem("", "name,arrival_s"), HasSubstr("machines.csv:"));
}

TEST_F(VmTableTest, RefusesRecordsThatCannotBe) {
  const auto with_record = [&](const std::string& rows) {
    folder_.write("record.csv", "time_s,power_fraction\n" + rows);
    return problem("a,10,8,,,,,record.csv");
  };
  EXPECT_EQ(with_record("0,0.5\n50,1\n90,0.125\n"), "");
  EXPECT_THAT(with_record("0,0.5\n90,1.1\n"),
              EndsWith("record.csv:3: of machine a: power_fraction is above 1, that is above TDP"));
  EXPECT_THAT(with_record("0,0.1\n"),
              EndsWith("record.csv:2: of machine a: power_fraction is below 0.125, what an idle GPU draws over TDP"));
  EXPECT_THAT(
      with_record("0,0.5\n79,0.5\n"),
      EndsWith("record.csv:3: the record of machine a ends here, before the 80 s that the machine stays in the run"));
  EXPECT_THAT(with_record("1,0.5\n"), EndsWith("record.csv:2: of machine a: time_s must begin at 0"));
  EXPECT_THAT(with_record("0,0.5\n0,0.5\n"), EndsWith("record.csv:3: of machine a: time_s must rise"));
  EXPECT_THAT(problem("a,10,8,,chat,,,record.csv"), HasSubstr(":3: a machine that serves has no record"));
}

}  // namespace
}  // namespace headroom
