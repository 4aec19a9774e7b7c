#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/random.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

namespace headroom::test {

/// Sends every request to two open instances at random, or to one where there is no other.
struct RandomPairs : Router {
  explicit RandomPairs(std::uint64_t seed) : random(seed, "test/pairs") {}
  [[nodiscard]] bool hands_over() const override { return true; }
  std::optional<Route> route(const Request&, const FleetView& fleet) override {
    std::vector<InstanceId> open;
    for (std::size_t i = 0; i < fleet.instances(); ++i)
      if (fleet[InstanceId(i)].is_open()) open.emplace_back(i);
    if (open.empty()) return std::nullopt;
    const InstanceId first = open[random.integer(0, open.size() - 1)];
    const InstanceId second = open[random.integer(0, open.size() - 1)];
    return first == second ? Route(first) : Route(first, second);
  }
  RandomStream random;
};

/// Racks of two servers of two instances each, whose NICs take 20 kB/s: a prompt of 2000 tokens, of 4 bytes each, takes
/// 0.4 s where nothing is shared, and three steps.
inline Scenario handing_over_scenario(NetworkKind kind, std::uint32_t servers, std::uint64_t seed) {
  Scenario s = small_scenario(servers);
  s.hardware.server.gpus = 2;
  s.hardware.server.rated = Power(1000);
  s.hardware.nic_bytes_per_s = 20e3;
  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 2;
  s.site.levels.push_back(rack);
  s.policy.router = recipe<Router>("random_pairs", std::make_unique<RandomPairs>(seed));
  s.network.emplace().kind = kind;
  s.network->bytes_per_s = 20e3;
  s.network->local_bytes_per_s = 20e3;
  s.network->retry = Seconds(0.25);
  return s;
}

}  // namespace headroom::test
