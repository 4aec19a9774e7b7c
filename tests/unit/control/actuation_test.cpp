#include "control/actuation.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/any_event.hpp"
#include "support/fake_models.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

// Tests of whole runs make SimGrid's one engine of a process.

namespace headroom {
namespace {

/// Issues commands at given dates, and notes when each lands, by its number.
class Wire {
 public:
  struct Landing {
    double at;
    std::uint32_t number;
    bool operator==(const Landing&) const = default;
  };

  Wire() : channels_(delays()) {
    events_.call = [this](const Event& event) { handle(event); };
  }

  void issue(double at, Action action) {
    queue_.push(Seconds(at), EventKind::control, static_cast<std::uint32_t>(actions_.size()));
    actions_.push_back(action);
  }
  std::vector<Landing> landings() {
    queue_.run();
    return landings_;
  }
  void handle(const Event& event) {
    if (event.kind() == EventKind::control) channels_.issue({actions_[event.target], event.target}, queue_);
    else landings_.push_back({event.time, channels_.land(event).decision});
  }

 private:
  static ActuationConfig delays() {
    ActuationConfig config;
    config.clock_lock = Seconds(40);
    config.power_cap = Seconds(7);
    config.power_brake = Seconds(5);
    return config;
  }
  EventQueue queue_;
  test::AnyEvent events_{queue_};
  ActuationChannels channels_;
  std::vector<Action> actions_;
  std::vector<Landing> landings_;
};

const ServerId server(0);

TEST(Actuation, LandsEachCommandItsChannelsDelayLater) {
  Wire wire;
  wire.issue(1, LockClock{server, Hertz(500e6)});
  wire.issue(1, CapPower{server, Power(300)});
  wire.issue(1, PowerBrake{server});
  EXPECT_EQ(wire.landings(), (std::vector<Wire::Landing>{{6, 2}, {8, 1}, {41, 0}}));
}

TEST(Actuation, TakesAsLongToReleaseAsToAct) {
  Wire wire;
  wire.issue(1, Release{server, Release::What::clock});
  wire.issue(1, Release{server, Release::What::cap});
  wire.issue(1, Release{server, Release::What::brake});
  EXPECT_EQ(wire.landings(), (std::vector<Wire::Landing>{{6, 2}, {8, 1}, {41, 0}}));
}

TEST(Actuation, LandsEveryCommandInOrderAndDropsNone) {
  Wire wire;
  wire.issue(0, LockClock{server, Hertz(500e6)});
  wire.issue(10, LockClock{server, Hertz(600e6)});
  wire.issue(20, Release{server, Release::What::clock});
  wire.issue(30, LockClock{server, Hertz(500e6)});
  EXPECT_EQ(wire.landings(), (std::vector<Wire::Landing>{{40, 0}, {50, 1}, {60, 2}, {70, 3}}));
}

TEST(Actuation, KeepsTheOrderOfCommandsOfOneDate) {
  Wire wire;
  for (int i = 0; i < 5; ++i) wire.issue(2, LockClock{server, Hertz(500e6)});
  EXPECT_EQ(wire.landings(), (std::vector<Wire::Landing>{{42, 0}, {42, 1}, {42, 2}, {42, 3}, {42, 4}}));
}

/// Does what a script says at its dates.
struct Scripted : Controller {
  std::map<double, std::function<void(Actions&)>> script;
  std::shared_ptr<std::vector<NodeTelemetry>> seen = std::make_shared<std::vector<NodeTelemetry>>();  ///< by all copies
  Seconds period() const override { return Seconds(1); }
  void control(const ControlView& view, Actions& actions) override {
    if (!view.site.nodes.empty()) seen->push_back(view.site.nodes.front());
    const auto found = script.find(view.now.value());
    if (found == script.end()) return;
    actions.because("script");
    found->second(actions);
  }
};

/// The clock of every stretch of work, by the date it began.
struct Clocks : RunListener {
  std::map<double, double> mhz;
  void ran(InstanceId, const StepShape&, Seconds from, Seconds, std::uint64_t, Hertz clock, Power) override {
    if (mhz.empty() || mhz.rbegin()->second != clock.value() / 1e6) mhz[from.value()] = clock.value() / 1e6;
  }
};

TEST(Actuation, ChangesTheClockOfWorkUnderWayAtTheDateItLands) {
  Scenario s = test::small_scenario();
  s.duration = Seconds(130);
  auto scripted = std::make_unique<Scripted>();
  scripted->script[3] = [](Actions& a) { a.add(LockClock{server, Hertz(1110e6)}); };        // lands at 43 s
  scripted->script[20] = [](Actions& a) { a.add(LockClock{server, Hertz(705e6)}); };        // 60 s
  scripted->script[25] = [](Actions& a) { a.add(PowerBrake{server}); };                     // 30 s
  scripted->script[45] = [](Actions& a) { a.add(Release{server, Release::What::brake}); };  // 50 s, back to the lock
  scripted->script[65] = [](Actions& a) { a.add(Release{server, Release::What::clock}); };  // 105 s
  test::add_controller(s, "scripted", std::move(scripted));
  Clocks clocks;
  const Report report = test::run(s, {test::request(0, 0.0, 10, 100000)}, {&clocks});
  EXPECT_EQ(clocks.mhz, (std::map<double, double>{{0, 1410}, {30, 288}, {50, 1110}, {60, 705}, {105, 1410}}));
  EXPECT_EQ(report.throttle.clock_locks, 2U);
  EXPECT_EQ(report.throttle.brakes, 1U);
  EXPECT_DOUBLE_EQ(report.throttle.throttled_server_s, 105 - 30);
  ASSERT_EQ(report.events.size(), 5U);
  EXPECT_EQ(report.events[1].effective_s, 60);
  EXPECT_EQ(report.events[1].duration_s, 105 - 60);
  EXPECT_EQ(report.events[2].duration_s, 50 - 30);
  EXPECT_EQ(report.texts[report.events[0].target], "row0/server0");
  EXPECT_EQ(report.texts[report.events[0].cause], "script");
}

/// Sequences in the batch of every stretch of work, by the date it began.
struct Batches : RunListener {
  std::map<double, double> sequences;
  void ran(InstanceId, const StepShape& step, Seconds from, Seconds, std::uint64_t, Hertz, Power) override {
    if (sequences.empty() || sequences.rbegin()->second != step.decodes) sequences[from.value()] = step.decodes;
  }
};

/// Three requests at 0 s, prefilled in a step of 0.125 s, have 80 tokens each; from 1 s on one more may come only when
/// two are left, which is after the first ones end at 0.125 + 79 x 0.125 = 10 s.
TEST(Actuation, LimitsTheBatchOfAnInstance) {
  Scenario s = test::small_scenario();
  s.duration = Seconds(30);
  auto scripted = std::make_unique<Scripted>();
  scripted->script[1] = [](Actions& a) { a.add(SetBatch{InstanceId(0), 2}); };
  test::add_controller(s, "scripted", std::move(scripted));
  Batches batches;
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 3; ++i) requests.push_back(test::request(i, 0.0, 10, 80));
  for (std::uint64_t i = 3; i < 6; ++i) requests.push_back(test::request(i, 2.0, 10, 9));
  const Report report = test::run(s, requests, {&batches});
  EXPECT_EQ(batches.sequences.rbegin()->second, 1);  // the last of six alone
  for (const auto& [from, sequences] : batches.sequences)
    EXPECT_TRUE(from < 10 || sequences <= 2) << sequences << " from " << from;
  EXPECT_EQ(report.all.completed, 6U);
  ASSERT_EQ(report.events.size(), 1U);
  EXPECT_EQ(report.texts.kind(report.events[0]), "batch_set");
  EXPECT_EQ(report.events[0].value, 2);
}

TEST(Actuation, LowersTheDrawUnderACap) {
  Scenario s = test::small_scenario();
  s.duration = Seconds(100);
  s.actuation.power_cap = Seconds(10);
  s.hardware.limits.cap_response = Seconds(0.5);
  auto scripted = std::make_unique<Scripted>();
  scripted->script[10] = [](Actions& a) { a.add(CapPower{server, Power(210)}); };         // lands at 20 s
  scripted->script[50] = [](Actions& a) { a.add(Release{server, Release::What::cap}); };  // 60 s
  test::add_controller(s, "scripted", std::move(scripted));
  const Report report = test::run(s, {test::request(0, 0.0, 10, 100000)});
  // 460 W, but from 20.5 s to 60 s the GPU holds 210 W and its server 310 W.
  EXPECT_NEAR(report.it_energy.value(), 460 * 60.5 + 310 * 39.5, 1.0);
  EXPECT_EQ(report.throttle.cap_events, 1U);
}

/// Events of one date: completion, failure, arrival, sample, delivery, control, actuation.
TEST(Actuation, ComesLastOfAllEventsOfADate) {
  EXPECT_LT(EventKind::completion, EventKind::trip);
  EXPECT_LT(EventKind::trip, EventKind::arrival);
  EXPECT_LT(EventKind::arrival, EventKind::sample);
  EXPECT_LT(EventKind::sample, EventKind::window);
  EXPECT_LT(EventKind::window, EventKind::delivery);
  EXPECT_LT(EventKind::delivery, EventKind::control);
  EXPECT_LT(EventKind::control, EventKind::actuation);
}

/// Telemetry without delay: a controller at the date of a sample sees that sample, and its command without delay acts
/// after the arrival of that date has begun.
TEST(Actuation, ActsAtADateAfterWhatElseHappensThen) {
  Scenario s = test::small_scenario();
  s.duration = Seconds(10);
  s.telemetry.delay = Seconds(0);
  s.actuation.clock_lock = Seconds(0);
  s.site.levels[0].budget = Power(1000);
  auto scripted = std::make_unique<Scripted>();
  const auto seen = scripted->seen;
  scripted->script[4] = [](Actions& a) { a.add(LockClock{server, Hertz(705e6)}); };
  test::add_controller(s, "scripted", std::move(scripted));
  Clocks clocks;
  test::run(s, {test::request(0, 4.0, 10, 1)}, {&clocks});
  ASSERT_GE(seen->size(), 4U);
  EXPECT_EQ((*seen)[3].taken_at, Seconds(4));
  EXPECT_EQ((*seen)[3].power, Power(160));
  // The prefill began at 4 s at the highest clock, and before any of it was done the lock halved the clock.
  EXPECT_EQ(clocks.mhz, (std::map<double, double>{{4, 705}}));
}

/// With periods that are no binary fractions, dates that are meant to be one differ in their last bits.
TEST(Actuation, SeesTheSampleOfADateWhereDatesAreRounded) {
  struct Often : Scripted {
    Seconds period() const override { return Seconds(0.1); }
  };
  Scenario s = test::small_scenario();
  s.duration = Seconds(100);
  s.telemetry.period = s.telemetry.window = s.telemetry.delay = Seconds(0.1);
  s.site.levels[0].budget = Power(1000);
  auto often = std::make_unique<Often>();
  const auto seen = often->seen;
  test::add_controller(s, "often", std::move(often));
  test::run(s, {});
  // The k-th decision, at k * 0.1 s, sees the sample of (k - 1) * 0.1 s.
  int late = 0;
  for (std::size_t k = 2; k <= seen->size(); ++k)
    if ((*seen)[k - 1].taken_at.value() < 0.1 * (static_cast<double>(k) - 1.5)) ++late;
  EXPECT_EQ(late, 0);
}

}  // namespace
}  // namespace headroom
