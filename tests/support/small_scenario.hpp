#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/simulation.hpp"
#include "policy/builtin.hpp"
#include "scenario/scenario.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

/// The blocks of prompts, by request; none: they are not known.
struct Prompts {
  std::uint32_t block_tokens = 0;
  std::vector<std::vector<BlockKey>> blocks;
};

/// Requests in the order of a list, all of one class.
class ListSource : public RequestSource {
 public:
  explicit ListSource(std::vector<Request> requests, Prompts prompts = {})
      : requests_(std::move(requests)), prompts_(std::move(prompts)) {}
  std::span<const BlockKey> blocks() const override {
    return prompts_.blocks.empty() ? std::span<const BlockKey>() : prompts_.blocks[next_ - 1];
  }
  std::uint32_t block_tokens() const override { return prompts_.block_tokens; }
  bool next(Request& request) override {
    if (next_ == requests_.size()) return false;
    request = requests_[next_++];
    return true;
  }

 private:
  std::vector<Request> requests_;
  Prompts prompts_;
  std::size_t next_ = 0;
};

/// A row of servers with one GPU each, for mental arithmetic. A GPU draws 60 W when idle and 60 + 300 x W at clock
/// ratio x when it runs; its server adds 100 W, so 160 W idle and 460 W at work. Every step takes 0.125 s at full clock
/// and 0.125 / x s at a lower one; prompts and contexts take no time. Clocks are those of an A100.
inline Scenario small_scenario(std::uint32_t servers = 1) {
  Scenario s;
  s.name = "small";
  s.hardware.name = "small";
  GpuSpec& gpu = s.hardware.gpu;
  gpu.name = "small";
  gpu.tdp = Power(400);
  gpu.max_clock = Hertz(1410e6);
  gpu.min_clock = Hertz(210e6);
  gpu.memory_bytes = 1e9;
  gpu.memory_bytes_per_s = gpu.fp16_flops_per_s = 1e30;
  auto& power = s.hardware.gpu_power;
  power.idle = Power(50);
  power.idle_loaded = Power(60);
  power.active = Power(300);
  power.voltage_floor_fraction = 1.0;
  auto& server = s.hardware.server;
  server.gpus = 1;
  server.rated = Power(600);
  server.host_idle = Power(100);
  server.psu_rated = Power(1000);
  server.efficiency = {EfficiencyPoint{0.5, 1.0}};

  s.serving.emplace();
  Architecture& model = s.serving->model;
  model.name = "small";
  model.layers = model.hidden = model.heads = model.kv_heads = model.head_dim = model.vocabulary = 1;
  model.feed_forward = 1000;
  model.parameters = 1000;
  StackCoefficients stack;
  stack.bandwidth_fraction = stack.compute_fraction = 1.0;
  stack.layer_latency = Seconds(0.125);  // of its only layer
  stack.clock.memory_share_fraction = stack.clock.compute_share_fraction = 1.0;
  stack.clock.memory_below_knee_fraction = stack.clock.compute_below_knee_fraction = 0.0;
  s.serving->stack.name = "small";
  s.serving->stack.gpus["default"] = stack;
  s.serving->tensor_parallel = 1;

  s.site.servers = servers;
  LevelConfig row;
  row.name = "row";
  s.site.levels.push_back(row);
  s.policy.router = chosen(builtin_routers(), "round_robin", {});
  s.policy.batching = chosen(builtin_batch_schedulers(), "continuous", {});
  return s;
}

/// Two racks of one server, for a minute; a rack that works for more than a second trips, and loses its power.
inline Scenario two_tripping_racks(const char* router) {
  Scenario s = small_scenario(2);
  LevelConfig& rack = s.site.levels[0];
  rack.name = "rack";
  rack.holds = 1;
  rack.rating = Power(400);
  rack.protection = ProtectionSpec{{OverloadPoint{1.01, Seconds(1)}}, TripAction::outage};
  s.telemetry.levels = {"rack"};
  s.policy.router = chosen(builtin_routers(), router, {});
  s.duration = Seconds(60);
  return s;
}

/// A recipe of a policy that is no built-in kind; `kind` lives as long as it.
template <class Base, class Policy>
Recipe<Base> recipe(std::string_view kind, std::unique_ptr<Policy> policy) {
  static std::array<Kind<Base>, 1> kinds;
  kinds[0] = {kind, "", nullptr, [](const Base& other) -> std::unique_ptr<Base> {
                return std::make_unique<Policy>(static_cast<const Policy&>(other));
              }};
  return Choice<Base>{kinds, std::string(kind), std::move(policy)};
}

inline void add_controller(Scenario& scenario, Recipe<Controller> controller) {
  static_cast<Recipe<Controller>&>(scenario.policy.controllers.emplace_back()) = std::move(controller);
}
template <class Policy>
void add_controller(Scenario& scenario, std::string_view kind, std::unique_ptr<Policy> controller) {
  add_controller(scenario, recipe<Controller>(kind, std::move(controller)));
}

/// Runs a scenario over a list of requests, which all have the one class `low`. Once in a process.
inline Report run(const Scenario& scenario, std::vector<Request> requests, std::vector<RunListener*> listeners = {},
                  Prompts prompts = {}) {
  ClassTable classes;
  const ClassId only = classes.add("", Priority::low);
  for (Request& request : requests) request.request_class = only;
  ListSource source(std::move(requests), std::move(prompts));
  Simulation simulation(scenario, classes, source, {std::move(listeners), {}});
  return simulation.run();
}

}  // namespace headroom::test
