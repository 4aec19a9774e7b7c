// Laws of runs in which a fleet changes at random: whatever is deployed, steered, shared, handed back, dropped, locked,
// capped, cut off or taken away, nothing is lost, and pieces of many steps are as good as single ones.
#include "support/changing_fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "support/thermal_fixtures.hpp"
#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

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

constexpr double kLength = 60;  // s, of a run

/// Does one to three things at every period, all within the contract.
struct Tinkerer : Controller {
  explicit Tinkerer(std::uint64_t seed) : dice(seed, "test/tinkerer"), every(dice.from(0.3, 3)) {}
  [[nodiscard]] Seconds period() const override { return every; }
  [[nodiscard]] bool follows_power() const override { return false; }
  void control(const ControlView& view, Actions& actions) override {
    actions.because("tinkerer");
    for (std::size_t i = dice.below(3) + 1; i > 0; --i) {
      const std::size_t what = dice.below(4);
      if (what == 0) on_server(view, actions);
      else if (what == 1) deploy(view, actions);
      else on_instance(view, actions);
    }
  }

  Hertz any_clock(const ControlView& view, TypeId type) {
    const auto& clocks = view.world.clocks[type.index()];
    return clocks[dice.below(clocks.size())];
  }
  void on_server(const ControlView& view, Actions& actions) {
    const ServerId server(dice.below(view.fleet.servers()));
    switch (dice.below(6)) {
      case 0:
        return actions.add(LockClock{server, any_clock(view, view.fleet.server(server).type)});
      case 1:
        return actions.add(CapPower{server, Power(dice.from(100, 350))});
      case 2:
        return actions.add(PowerBrake{server});
      case 3:
        return actions.add(Release{server, Release::What::clock});
      case 4:
        return actions.add(Release{server, Release::What::cap});
      default:
        return actions.add(Release{server, Release::What::brake});
    }
  }
  /// A pool of the variant's service.
  PoolId pool_for(const ControlView& view, ServiceId service) {
    const auto& pools = view.world.services[service.index()].pools;
    return pools[dice.below(pools.size())];
  }
  void on_instance(const ControlView& view, Actions& actions) {
    const InstanceId id(dice.below(view.fleet.instances()));
    const InstanceState& state = view.fleet[id];
    if (state.status == Status::gone) return;
    const ServiceId service = view.world.variants[state.variant.index()].service;
    switch (dice.below(6)) {
      case 0:
        return actions.add(SetClock{id, any_clock(view, view.fleet.server(state.server).type)});
      case 1:
        return actions.add(Assign{id, pool_for(view, service)});
      case 2:
        return actions.add(Steer{id, dice.with(0.2) ? 0.0 : dice.from(0.1, 3)});
      case 3:
        return actions.add(Requeue{id, dice.from(0, 1)});
      case 4:
        return actions.add(Squash{id, dice.from(0.1, 3)});
      default: {
        const ClassId requests(dice.below(view.world.classes.size()));
        const PoolId pool = pool_for(view, service);
        const auto own = view.fleet.own_pool(requests);
        const auto& pools = view.world.services[service.index()].pools;
        if (own && std::ranges::find(pools, *own) != pools.end())
          actions.add(Share{requests, pool, dice.with(0.3) ? 0.0 : dice.from(0, 1)});
      }
    }
  }
  void deploy(const ControlView& view, Actions& actions) {
    Deploy wanted;
    for (std::size_t i = 0; i < view.fleet.servers(); ++i) {
      const ServerId id(i);
      if (!view.fleet.server(id).up || view.fleet.is_in_transition(id) || dice.with(0.5)) continue;
      wanted.servers.push_back(id);
      fill(view, id, wanted);
    }
    if (!wanted.servers.empty()) actions.add(wanted);
  }
  /// Some of what stands may stay, the rest of the GPUs gets anything that fits.
  void fill(const ControlView& view, ServerId id, Deploy& wanted) {
    const ServerState& server = view.fleet.server(id);
    for (std::uint16_t gpu = 0; gpu < server.gpus;) {
      const VariantId variant(dice.below(view.world.variants.size()));
      const Variant& of = view.world.variants[variant.index()];
      const auto taken = [&](const SliceState& slice) {
        return !slice.instance && slice.first_gpu < gpu + of.gpus && gpu < slice.first_gpu + slice.gpus;
      };
      if (of.server_type != server.type || gpu + of.gpus > server.gpus || dice.with(0.3) ||
          std::ranges::any_of(server.slices, taken)) {
        ++gpu;
        continue;
      }
      wanted.members.push_back({variant, pool_for(view, of.service), id, gpu});
      gpu = static_cast<std::uint16_t>(gpu + of.gpus);
    }
  }
  Dice dice;
  Seconds every;
};

ServiceConfig random_service(const ServiceConfig& like, const std::string& requests, Dice& dice) {
  ServiceConfig service = like;
  service.max_waiting_requests = static_cast<std::uint32_t>(2 + dice.below(20));
  service.tensor_parallel = dice.with(0.5) ? 1 : 2;
  service.start = {dice.span(4), dice.from(500, 5000), dice.span(2), dice.span(4), dice.with(0.5) ? 0.0 : 0.3};
  service.drain = {dice.with(0.7), dice.span(8)};
  service.pools = {{"first", {requests}, 0.5, ""}, {"second", {}, 0.5, ""}};
  return service;
}

/// Racks of two servers of four GPUs, some of another type with two, which may trip; KV memory for a few requests.
Scenario random_fleet(std::uint64_t seed) {
  Dice dice(seed, "test/scenario");
  Scenario s = test::changing_scenario(4);
  s.seed = seed;
  s.duration = Seconds(kLength);
  s.hardware.gpu.memory_bytes = dice.from(10e3, 30e3);
  s.hardware.limits = {dice.span(1), dice.from(1, 1.1), dice.span(1)};
  s.actuation = {dice.span(3), dice.span(3), dice.span(3), dice.span(1), dice.span(3)};
  static constexpr std::array routers = {"round_robin", "least_outstanding", "join_shortest_queue"};
  s.policy.router = test::chosen(builtin_routers(), routers[dice.below(3)], {});
  s.policy.batching = test::chosen(builtin_batch_schedulers(), dice.with(0.5) ? "continuous" : "chunked_prefill",
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
    tenant.start = Seconds(dice.from(0, kLength / 2));
    if (dice.with(0.7)) tenant.duration = Seconds(dice.from(1, kLength));
    tenant.waveform.phases = {test::phase(PhaseKind::compute, dice.from(0.5, 5), dice.from(0.2, 0.9)),
                              test::phase(PhaseKind::communication, dice.from(0.5, 5), 0.2)};
  }
  for (std::size_t i = dice.below(3); i > 0; --i)
    s.incidents.evictions.push_back(
        {{"row0/rack" + std::to_string(dice.below(2)) + "/server1"}, Seconds(dice.from(5, kLength)), dice.span(10)});
  if (dice.with(0.3)) {
    test::heat(s, dice.from(40, 66));
    for (auto& [name, type] : s.server_types) type.hardware.thermal = s.hardware.thermal;
  }
  test::add_controller(s, "tinkerer", std::make_unique<Tinkerer>(seed));
  return s;
}

std::vector<Request> random_requests(std::uint64_t seed) {
  Dice dice(seed, "test/requests");
  std::vector<Request> requests;
  const double gap = dice.from(0.1, 1);
  for (double at = dice.from(0, 2 * gap); at < 0.9 * kLength; at += dice.from(0, 2 * gap)) {
    requests.push_back(test::request(requests.size(), at, static_cast<std::uint32_t>(1 + dice.below(500)),
                                     static_cast<std::uint32_t>(1 + dice.below(150))));
    requests.back().request_class = ClassId(dice.below(2));
  }
  return requests;
}

/// Counts GPUs anew at every event; where asked to, has every piece end after one step.
struct Auditor : EventWatch {
  static constexpr double kTick = 0.06;  // s, below the shortest step
  Auditor(test::RunWithoutSimGrid& run, bool cuts) : parts(run) {
    parts.queue.watch(*this);
    parts.queue.on<&Auditor::cut>(EventKind::backstop, *this);
    if (cuts) parts.queue.push(Seconds(kTick), EventKind::backstop);
  }
  void coming(const Event&) override {
    std::array<std::uint64_t, GpuBooks::kUses> counted{};
    for (const Server& server : parts.fleet.servers()) {
      counted[static_cast<std::size_t>(server.down ? GpuUse::down : GpuUse::idle)] += server.free_gpus;
      std::uint64_t gpus = server.free_gpus;
      for (const SliceId id : server.slices) {
        const Slice& slice = parts.fleet.slices()[id.index()];
        counted[static_cast<std::size_t>(slice.use)] += slice.gpus;
        gpus += slice.gpus;
        if (server.down && slice.use != GpuUse::down) wrong = "GPUs of a server without power are in use";
      }
      if (gpus != server.gpus) wrong = "the GPUs of a server are not its GPUs";
    }
    for (std::size_t i = 0; i < counted.size(); ++i)
      if (parts.fleet.gpu_books().count(static_cast<GpuUse>(i)) != counted[i]) wrong = "GPUs are not counted right";
    for (std::size_t i = 0; i < parts.fleet.view().instances(); ++i) {
      const Instance& instance = parts.fleet.instances()[i];
      const InstanceState& state = parts.fleet.view()[InstanceId(i)];
      if (state.load != instance.load()) wrong = "the view of an instance is stale";
      if (state.status == Status::gone && instance.power_of_one_gpu() > Power()) wrong = "who is gone draws power";
      if (state.status != Status::up && state.status != Status::draining && instance.outstanding() > 0)
        wrong = "who does not serve holds requests";
    }
  }
  void cut(const Event&) {
    most = most == 1000 ? 1001 : 1000;  // more than any scheduler admits
    for (std::size_t i = 0; i < parts.fleet.instances().size(); ++i) {
      parts.fleet.instances()[i].set_max_batch(most, parts.queue.now());
      parts.fleet.touched(InstanceId(i));
    }
    parts.queue.push(parts.queue.now() + Seconds(kTick), EventKind::backstop);
  }
  /// Books the steps that pieces under way at the end have completed.
  void settle() {
    for (Instance& instance : parts.fleet.instances()) instance.set_thermal_limit(Power(1e9), parts.queue.now());
  }
  test::RunWithoutSimGrid& parts;
  std::uint32_t most = 1000;
  std::string wrong;
};

struct Outcome {
  Report report;
  test::Ends ends;
  std::string wrong;
};

Outcome outcome_of(std::uint64_t seed, bool cuts) {
  const Scenario s = random_fleet(seed);
  ClassTable classes;
  classes.add("chat", Priority::low);
  classes.add("code", Priority::high);
  Outcome out;
  test::RunWithoutSimGrid run(s, classes, random_requests(seed), {&out.ends});
  Auditor auditor(run, cuts);
  run.run();
  auditor.settle();
  out.report = run.report();
  out.wrong = auditor.wrong;
  return out;
}

bool agree(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

/// The first law that a run breaks; empty where it keeps all.
std::string broken_law(const Outcome& run) {
  const Report& report = run.report;
  if (!run.wrong.empty()) return run.wrong;
  if (report.requests_residual != 0) return "requests are lost";
  if (report.tokens_residual != 0) return "tokens are lost";
  if (report.kv_residual != 0) return "KV memory is lost";
  if (!(report.energy_residual < 1e-9)) return "energy is lost";
  double hours = 0;
  for (const auto& [use, gpu_hours] : report.fleet.gpu_hours) hours += gpu_hours;
  const double gpus = std::round(hours * 3600 / kLength);
  if (!agree(hours * 3600, gpus * kLength) || (gpus != 16 && gpus != 14)) return "hours of GPUs are lost";
  return {};
}

/// What differs between a run and the same in single steps.
std::string difference(const Outcome& run, const Outcome& steps) {
  const Report &a = run.report, &b = steps.report;
  if (a.output_tokens != b.output_tokens) return "output tokens differ";
  if (a.recomputed_tokens != b.recomputed_tokens || a.preemptions != b.preemptions) return "pre-emptions differ";
  if (a.all.squashed != b.all.squashed || a.all.rejected_by != b.all.rejected_by) return "what is refused differs";
  if (!agree(a.it_energy.value(), b.it_energy.value())) return "energies differ";
  if (run.ends.of.size() != steps.ends.of.size()) return "completions differ";
  for (const auto& [id, end] : run.ends.of) {
    const auto other = steps.ends.of.find(id);
    if (other == steps.ends.of.end() || other->second.instance != end.instance ||
        !agree(other->second.first_token, end.first_token) || !agree(other->second.at, end.at))
      return "request " + std::to_string(id) + " ends otherwise";
  }
  return {};
}

/// HEADROOM_CASES asks for other cases than the usual: how many.
std::uint64_t cases() {
  const char* asked = std::getenv("HEADROOM_CASES");
  return asked ? std::strtoull(asked, nullptr, 10) : 40;
}

TEST(ChangingFleet, LosesNothingAndDoesNotDependOnPieces) {
  FleetResult seen;
  std::uint64_t completed = 0, preempted = 0, squashed = 0, trips = 0, throttles = 0;
  for (std::uint64_t seed = 1; seed <= cases(); ++seed) {
    const Outcome run = outcome_of(seed, false);
    EXPECT_EQ(broken_law(run), "") << "seed " << seed;
    const Outcome steps = outcome_of(seed, true);
    EXPECT_EQ(broken_law(steps), "") << "seed " << seed << " in single steps";
    EXPECT_EQ(difference(run, steps), "") << "seed " << seed;
    seen.starts += run.report.fleet.starts;
    seen.failed_starts += run.report.fleet.failed_starts;
    seen.reshards += run.report.fleet.reshards;
    seen.requeued += run.report.fleet.requeued;
    seen.not_applied += run.report.fleet.not_applied;
    completed += run.report.all.completed;
    preempted += run.report.preemptions;
    squashed += run.report.all.squashed;
    trips += run.report.throttle.trips;
    if (run.report.thermal) throttles += run.report.thermal->site.throttles;
  }
  // The cases are not idle.
  for (const std::uint64_t count : {seen.starts, seen.failed_starts, seen.reshards, seen.requeued, seen.not_applied,
                                    completed, preempted, squashed, trips, throttles})
    EXPECT_GE(count, cases() / 4);
}

}  // namespace
}  // namespace headroom
