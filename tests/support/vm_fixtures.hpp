#pragma once

#include <string>

#include "support/changing_fleet.hpp"

namespace headroom::test {

/// Servers of four GPUs for machines of a file. Loads go in steps of 10 s through a cycle of a minute, without noise:
/// 1, 0.5, 0.2, and then 0.
class MachinesFromFile {
 public:
  Scenario scenario(const std::string& machines, std::uint32_t servers = 1) const {
    Scenario s = changing_scenario(servers);
    VmsConfig& vms = s.workload.vms.emplace();
    vms.path = folder_.write("machines.csv", machines);
    vms.shape.path = folder_.write("shape.csv", "t_start_s,load\n0,1\n10,0.5\n20,0.2\n30,0\n");
    vms.noise_fraction = 0;
    vms.cycle = Seconds(60);
    vms.step = Seconds(10);
    s.actuation = {Seconds(0), Seconds(0), Seconds(0), Seconds(0), Seconds(0)};
    return s;
  }
  std::string write(const std::string& name, const std::string& content) const { return folder_.write(name, content); }

 private:
  TemporaryFolder folder_;
};

}  // namespace headroom::test
