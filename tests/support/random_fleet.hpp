#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "support/changing_fleet.hpp"
#include "support/thermal_fixtures.hpp"
#include "support/training_fixtures.hpp"

namespace headroom::test {

/// Draws of one case.
class Dice {
 public:
  Dice(std::uint64_t seed, const char* name) : random_(seed, name) {}
  double from(double low, double high) { return low + (high - low) * random_.uniform(); }
  /// From 0 to count - 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_.integer(0, count - 1)); }
  bool with(double probability) { return random_.uniform() < probability; }
  /// At times exactly 0.
  Seconds span(double longest) { return Seconds(with(0.2) ? 0.0 : from(0, longest)); }

 private:
  RandomStream random_;
};

inline constexpr double kRandomRunLength = 60;  // s

inline ServiceConfig random_service(const ServiceConfig& like, const std::string& requests, Dice& dice) {
  ServiceConfig service = like;
  service.max_waiting_requests = static_cast<std::uint32_t>(2 + dice.below(20));
  service.tensor_parallel = dice.with(0.5) ? 1 : 2;
  service.start = {dice.span(4), dice.from(500, 5000), dice.span(2), dice.span(4), dice.with(0.5) ? 0.0 : 0.3};
  service.drain = {dice.with(0.7), dice.span(8)};
  service.pools = {{"first", {requests}, 0.5, ""}, {"second", {}, 0.5, ""}};
  return service;
}

/// Racks of two servers of four GPUs, some of another type with two, which may trip; KV memory for a few requests.
inline Scenario random_fleet(std::uint64_t seed) {
  Dice dice(seed, "test/scenario");
  Scenario s = changing_scenario(4);
  s.seed = seed;
  s.duration = Seconds(kRandomRunLength);
  s.hardware.gpu.memory_bytes = dice.from(10e3, 30e3);
  s.hardware.limits = {dice.span(1), dice.from(1, 1.1), dice.span(1)};
  s.actuation = {dice.span(3), dice.span(3), dice.span(3), dice.span(1), dice.span(3)};
  static constexpr std::array routers = {"round_robin", "least_outstanding", "join_shortest_queue"};
  s.policy.router = chosen(builtin_routers(), routers[dice.below(3)], {});
  s.policy.batching = chosen(builtin_batch_schedulers(), dice.with(0.5) ? "continuous" : "chunked_prefill",
                             {{"max_batch_sequences", 1.0 + static_cast<double>(dice.below(8))}});
  if (dice.with(0.5)) s.slo["all"].ttft = Seconds(dice.from(0.5, 5));

  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 2;
  rack.rating = Power(dice.from(1200, 3000));  // 680 W where all idle, 3080 W where all work
  static constexpr std::array actions = {TripAction::outage, TripAction::shed, TripAction::brake};
  rack.protection = ProtectionSpec{{OverloadPoint{1.05, Seconds(dice.from(1, 20))}}, actions[dice.below(3)]};
  s.site.levels.push_back(rack);
  if (dice.with(0.5)) {
    HardwareConfig& lean = (s.server_types["lean"] = {s.hardware, {"row0/rack1/server1"}}).hardware;
    lean.name = lean.gpu.name = "lean";
    lean.server.gpus = 2;
    lean.gpu.max_clock = Hertz(1000e6);
    lean.gpu_power.active = Power(200);
  }
  const ServiceConfig like = *s.serving;
  s.serving.reset();
  s.services["a"] = random_service(like, "chat", dice);
  if (dice.with(0.5)) {
    s.services["a"].servers = 2;
    s.services["b"] = random_service(like, "code", dice);
  } else {
    s.services["a"].pools[1].serves = {"code"};
  }
  for (std::size_t i = dice.below(3); i > 0; --i) {
    TenantConfig& tenant = s.workload.tenants.emplace_back();
    tenant.name = "tenant" + std::to_string(i);
    tenant.gpus = static_cast<std::uint32_t>(1 + dice.below(3));
    tenant.nodes = {dice.with(0.5) ? "row0/rack0" : "row0"};
    tenant.start = Seconds(dice.from(0, kRandomRunLength / 2));
    if (dice.with(0.7)) tenant.duration = Seconds(dice.from(1, kRandomRunLength));
    tenant.waveform.phases = {phase(PhaseKind::compute, dice.from(0.5, 5), dice.from(0.2, 0.9)),
                              phase(PhaseKind::communication, dice.from(0.5, 5), 0.2)};
  }
  for (std::size_t i = dice.below(3); i > 0; --i)
    s.incidents.evictions.push_back({{"row0/rack" + std::to_string(dice.below(2)) + "/server1"},
                                     Seconds(dice.from(5, kRandomRunLength)),
                                     dice.span(10)});
  if (dice.with(0.3)) {
    heat(s, dice.from(40, 66));
    for (auto& [name, type] : s.server_types) type.hardware.thermal = s.hardware.thermal;
  }
  return s;
}

inline std::vector<Request> random_requests(std::uint64_t seed) {
  Dice dice(seed, "test/requests");
  std::vector<Request> requests;
  const double gap = dice.from(0.1, 1);
  for (double at = dice.from(0, 2 * gap); at < 0.9 * kRandomRunLength; at += dice.from(0, 2 * gap)) {
    requests.push_back(request(requests.size(), at, static_cast<std::uint32_t>(1 + dice.below(500)),
                               static_cast<std::uint32_t>(1 + dice.below(150))));
    requests.back().request_class = ClassId(dice.below(2));
  }
  return requests;
}

}  // namespace headroom::test
