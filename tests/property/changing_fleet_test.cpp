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

#include "support/random_fleet.hpp"

namespace headroom {
namespace {

using test::Dice;

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

/// A random fleet at which somebody tinkers.
Scenario tinkered(std::uint64_t seed) {
  Scenario s = test::random_fleet(seed);
  test::add_controller(s, "tinkerer", std::make_unique<Tinkerer>(seed));
  return s;
}

/// The same with virtual machines that come and go, and no servers of services beside them.
Scenario with_machines(std::uint64_t seed) {
  Scenario s = tinkered(seed);
  Dice dice(seed, "test/machines");
  s.workload.tenants.clear();
  const bool is_only_one = s.services.size() == 1;
  for (auto& [name, service] : s.services) {
    service.servers.reset();
    service.pools = {{"all", {name == "a" ? "chat" : "code"}, 1.0, ""}};
    if (is_only_one) service.pools[0].serves.emplace_back("code");
  }
  VmsConfig& vms = s.workload.vms.emplace();
  vms.gpus = 2;
  vms.count = static_cast<std::uint32_t>(4 + dice.below(6));  // of 7 or 8 places
  vms.service_fraction = dice.from(0.3, 1);
  vms.step = Seconds(dice.from(1e5, 4e5));
  vms.cycle = vms.step * 5;
  vms.time_stretch = dice.from(1e-5, 4e-5);
  vms.group_most = 3;
  static constexpr std::array placements = {"first_fit", "packing", "random", "tapas"};
  s.policy.vm_placement = test::chosen(builtin_vm_placements(), placements[dice.below(4)], {});
  return s;
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

Outcome outcome_of(const Scenario& s, std::uint64_t seed, bool cuts) {
  ClassTable classes;
  classes.add("chat", Priority::low);
  classes.add("code", Priority::high);
  Outcome out;
  test::RunWithoutSimGrid run(s, classes, test::random_requests(seed), {&out.ends});
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
  const double gpus = std::round(hours * 3600 / test::kRandomRunLength);
  if (!agree(hours * 3600, gpus * test::kRandomRunLength) || (gpus != 16 && gpus != 14))
    return "hours of GPUs are lost";
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
    const Outcome run = outcome_of(tinkered(seed), seed, false);
    EXPECT_EQ(broken_law(run), "") << "seed " << seed;
    const Outcome steps = outcome_of(tinkered(seed), seed, true);
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

TEST(ChangingFleet, LosesNothingWithMachinesThatComeAndGo) {
  VmsResult seen;
  std::uint64_t completed = 0, drains = 0;
  for (std::uint64_t seed = 1; seed <= cases(); ++seed) {
    const Outcome run = outcome_of(with_machines(seed), seed, false);
    EXPECT_EQ(broken_law(run), "") << "seed " << seed;
    const Outcome steps = outcome_of(with_machines(seed), seed, true);
    EXPECT_EQ(broken_law(steps), "") << "seed " << seed << " in single steps";
    EXPECT_EQ(difference(run, steps), "") << "seed " << seed;
    const VmsResult& vms = *run.report.vms;
    EXPECT_EQ(vms.arrived, vms.placed + vms.without_place) << "seed " << seed;
    seen.opaque += vms.opaque;
    seen.serving += vms.serving;
    seen.left += vms.left;
    seen.waited += vms.waited;
    completed += run.report.all.completed;
    drains += run.report.fleet.drains;
  }
  for (const std::uint64_t count : {seen.opaque, seen.serving, seen.left, seen.waited, completed, drains})
    EXPECT_GE(count, cases() / 2);
}

}  // namespace
}  // namespace headroom
