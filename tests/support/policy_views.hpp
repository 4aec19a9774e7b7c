#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "headroom/router.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

/// An instance as a batch scheduler sees it, put together by hand. Its memory counts itself.
class HandmadeInstance {
 public:
  explicit HandmadeInstance(std::uint64_t kv_capacity_tokens) : capacity_(kv_capacity_tokens) {}

  HandmadeInstance& waiting(std::uint32_t prompt) {
    waiting_.push_back(sequence(prompt, 0));
    return *this;
  }
  /// When the last that waits came, and of which class.
  HandmadeInstance& arrived(double at_s, std::size_t request_class) {
    waiting_.back().request.arrival = Seconds(at_s);
    waiting_.back().request.request_class = ClassId(request_class);
    return *this;
  }
  HandmadeInstance& decoding(std::uint32_t prompt) {
    running_.push_back(sequence(prompt, prompt));
    return *this;
  }
  /// Brought its KV cache along from where its prompt was read.
  HandmadeInstance& with_cache(std::uint32_t prompt) {
    waiting_.push_back(sequence(prompt, prompt));
    return lending(prompt + 1);
  }
  /// Memory that is booked for caches under way.
  HandmadeInstance& lending(std::uint64_t tokens) {
    lent_ += tokens;
    return *this;
  }
  HandmadeInstance& prefilling(std::uint32_t prompt, std::uint32_t done) {
    running_.push_back(sequence(prompt, done));
    return *this;
  }

  HandmadeInstance& at_most(std::uint32_t sequences) {
    max_batch_ = sequences;
    return *this;
  }

  /// Whose steps take as long as this says, at 1000 MHz.
  HandmadeInstance& timed_by(const PerformanceModel& model) {
    times_ = StepTimes(model, Hertz(1000e6), Hertz(1000e6));
    return *this;
  }

  HandmadeInstance& at(double now_s) {
    now_ = Seconds(now_s);
    return *this;
  }

  [[nodiscard]] InstanceView view() const {
    InstanceView view{.now = now_,
                      .waiting = waiting_,
                      .running = running_,
                      .kv_capacity_tokens = capacity_,
                      .max_batch = max_batch_};
    view.kv_used_tokens = lent_;
    view.times = times_;
    for (const Sequence& sequence : running_) {
      view.decodes += sequence.decoding();
      view.kv_used_tokens += view.kv_tokens(sequence);
    }
    return view;
  }
  [[nodiscard]] StepPlan plan_of(BatchScheduler& scheduler) const {
    StepPlan plan;
    scheduler.plan(view(), plan);
    return plan;
  }

 private:
  static Sequence sequence(std::uint32_t prompt, std::uint32_t done) {
    Sequence sequence;
    sequence.request.input_tokens = prompt;
    sequence.request.output_tokens = 1000;
    sequence.prompt_tokens = prompt;
    sequence.prefilled_tokens = done;
    return sequence;
  }
  std::vector<Sequence> waiting_, running_;
  std::uint64_t capacity_, lent_ = 0;
  StepTimes times_;
  Seconds now_{};
  std::uint32_t max_batch_ = std::numeric_limits<std::uint32_t>::max();
};

/// The chunks of a plan as pairs (index among the admitted, tokens).
inline std::vector<std::pair<int, int>> chunks_of(const StepPlan& plan) {
  std::vector<std::pair<int, int>> chunks;
  for (const auto& chunk : plan.prefill) chunks.emplace_back(chunk.running, chunk.tokens);
  return chunks;
}

/// Servers that draw what their GPUs do, nothing when idle and in proportion to the clock else, and models that say
/// nothing.
class NakedServers : public Catalogue {
 public:
  Seconds runtime(VariantId, const Request&) const override { return Seconds(1); }
  Estimate estimate(VariantId, const Load&, Hertz) const override { return {}; }
  Power server_input(TypeId, Power gpus) const override { return gpus; }
  Power idle_gpu(TypeId) const override { return Power(0); }
  double draw_ratio(TypeId, Hertz clock) const override { return clock / Hertz(1410e6); }
};

/// Whether a router asks its World, which views made by hand do not have.
inline bool asks_its_world(const Kind<Router>& kind) {
  return kind.kind == "shortest_runtime" || kind.make()->needs_profile();
}

/// What a controller sees, put together by hand.
struct HandmadeView {
  SiteTelemetry site;
  World world;
  FleetView fleet;
  Demand demand;
  PoolDemand pool_demand;

  [[nodiscard]] ControlView at(Seconds now) {
    site.now = now;
    return {now, site, world, fleet, demand, pool_demand, kReachesEverything, std::nullopt};
  }
};

/// A row of servers as a controller sees it: budget 100 kW, servers 0 and 1 low priority, 2 and 3 high; clock locks
/// take 40 s, brakes 5 s. Decisions come back as words, e.g. "0:1275" (lock), "0:unlock", "0:brake", "0:unbrake",
/// "0:cap", "0:uncap".
class HandmadeRow {
 public:
  explicit HandmadeRow(Controller& controller) : controller_(controller) {
    view_.site.clock_lock_delay = view_.site.power_cap_delay = Seconds(40);
    view_.site.power_brake_delay = Seconds(5);
    view_.site.window = Seconds(2);
    NodeTelemetry node;
    node.name = "row0";
    node.budget = Power(100e3);
    view_.world.catalogue = &catalogue_;
    view_.world.clocks.push_back({Hertz(705e6), Hertz(1110e6), Hertz(1275e6), Hertz(1410e6)});
    for (std::size_t i = 0; i < 4; ++i) view_.fleet.add_server(TypeId(0), 8);
    for (std::size_t i = 0; i < 4; ++i)
      node.servers.push_back({ServerId(i), i < 2 ? Priority::low : Priority::high, Hertz(1410e6)});
    view_.site.nodes.push_back(node);
  }

  /// A control step at `now` that sees a sample taken 2 s before.
  std::vector<std::string> at(double now, double budget_fraction) { return at(now, budget_fraction, now - 2); }
  std::vector<std::string> at(double now, double budget_fraction, double taken_at) {
    NodeTelemetry& node = view_.site.nodes.front();
    node.delivered = true;
    node.power = node.budget * budget_fraction;
    node.taken_at = Seconds(taken_at);
    return control(now);
  }
  /// Whom a server serves from now on; nobody where there is none.
  void serves(std::size_t server, std::optional<Priority> priority) {
    view_.site.nodes.front().servers[server].priority = priority;
  }
  /// A control step before any sample was delivered.
  std::vector<std::string> blind(double now) { return control(now); }

  [[nodiscard]] const std::string& last_cause() const { return cause_; }

 private:
  std::vector<std::string> control(double now) {
    Actions actions;
    controller_.control(view_.at(Seconds(now)), actions);
    std::vector<std::string> words;
    for (const auto& decision : actions.decisions()) {
      words.push_back(word(decision.action));
      cause_ = actions.cause(decision);
    }
    return words;
  }
  static ServerId server_of(const Action& action) {
    return std::visit(
        [](const auto& a) {
          if constexpr (requires { a.server; }) return a.server;
          return ServerId();
        },
        action);
  }
  static std::string word(const Action& action) {
    const auto who = std::to_string(server_of(action).index()) + ":";
    if (const auto* lock = std::get_if<LockClock>(&action))
      return who + std::to_string(static_cast<int>(lock->clock.value() / 1e6 + 0.5));
    if (std::holds_alternative<CapPower>(action)) return who + "cap";
    if (std::holds_alternative<PowerBrake>(action)) return who + "brake";
    switch (std::get<Release>(action).what) {
      case Release::What::clock:
        return who + "unlock";
      case Release::What::cap:
        return who + "uncap";
      case Release::What::brake:
        break;
    }
    return who + "unbrake";
  }

  Controller& controller_;
  NakedServers catalogue_;
  HandmadeView view_;
  std::string cause_;
};

using Words = std::vector<std::string>;

}  // namespace headroom::test
