// Laws of whole runs in which everything happens at once: random requests, locks, caps, brakes and their releases, a
// trip, and weather that overheats GPUs. Every run has a process of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "base/own_process.hpp"
#include "base/random.hpp"
#include "metrics/writers.hpp"
#include "support/euler_die.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"
#include "support/thermal_fixtures.hpp"

namespace headroom {
namespace {

constexpr double kIdle = 60;         // W, of a GPU of the small scenario
constexpr double kTolerance = 1e-6;  // K
constexpr std::uint32_t kGpus = 2, kServersOfARack = 2;
constexpr double kEnd = 400;  // s

double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

/// Air that warms up and cools down several times in a run, with jumps on top; at most 67 degC.
struct Waves : OutsideTemperature {
  explicit Waves(RandomStream& random)
      : mean(between(random, 52, 54)),
        amplitude(between(random, 4, 7)),
        period(between(random, 60, 300)),
        jumps_every(between(random, 10, 30)) {}
  [[nodiscard]] Celsius at(Seconds now) const override {
    const double jump = std::fmod(now.value(), 2 * jumps_every) < jumps_every ? -6 : 6;
    return Celsius(mean + amplitude * std::sin(2 * std::numbers::pi * now.value() / period) + jump);
  }
  void fields(Fields&) override {}
  double mean, amplitude, period, jumps_every;
};

/// Does something to some server at every period.
struct Restless : Controller {
  Restless(std::uint64_t seed, const GpuSpec& spec, std::uint64_t server_count)
      : random(seed, "test/controller"), gpu(spec), servers(server_count), every(between(random, 3, 8)) {}
  [[nodiscard]] Seconds period() const override { return every; }
  void control(const ControlView&, Actions& actions) override {
    const ServerId server(random.integer(0, servers - 1));
    actions.because("restless");
    switch (random.integer(0, 6)) {
      case 0:
      case 1: {
        const double steps = std::floor((gpu.max_clock - gpu.min_clock) / gpu.clock_step);
        const auto down = static_cast<double>(random.integer(0, static_cast<std::uint64_t>(steps)));
        return actions.add(LockClock{server, gpu.max_clock - gpu.clock_step * down});
      }
      case 2:
        return actions.add(CapPower{server, Power(between(random, 150, gpu.tdp.value()))});
      case 3:
        return actions.add(PowerBrake{server});
      case 4:
        return actions.add(Release{server, Release::What::clock});
      case 5:
        return actions.add(Release{server, Release::What::cap});
      default:
        return actions.add(Release{server, Release::What::brake});
    }
  }
  RandomStream random;
  GpuSpec gpu;
  std::uint64_t servers;
  Seconds every;
};

/// Racks of two servers of two GPUs, the second GPU and the upper server warmer. Even at 69 degC a GPU at the lowest
/// clock, which draws 105 W, settles below 81 degC.
Scenario busy_scenario(std::uint64_t seed) {
  RandomStream random(seed, "test/scenario");
  Scenario s = test::small_scenario(kServersOfARack * static_cast<std::uint32_t>(random.integer(2, 4)));
  s.duration = Seconds(kEnd);
  s.hardware.server.gpus = kGpus;
  s.hardware.server.rated = Power(1000);
  s.hardware.gpu.tdp = Power(between(random, 320, 400));
  s.hardware.limits = {Seconds(between(random, 0, 1)), between(random, 1, 1.1), Seconds(between(random, 0, 2))};
  test::heat(s, 0);
  s.hardware.thermal->position_offsets = {0.0, 0.1};
  s.cooling->outside = Choice<OutsideTemperature>{outside_kinds(), "waves", std::make_unique<Waves>(random)};
  s.cooling->offsets = {Kelvin(0), Kelvin(4)};
  s.cooling->update = Seconds(between(random, 3, 20));

  LevelConfig rack;
  rack.name = "rack";
  rack.holds = kServersOfARack;
  rack.rating = Power(between(random, 520, 680));  // two servers draw 440 W idle
  rack.protection = ProtectionSpec{{OverloadPoint{1.05, Seconds(between(random, 60, 100))}},
                                   seed % 2 == 0 ? TripAction::outage : TripAction::brake};
  s.site.levels.push_back(rack);
  s.actuation = {Seconds(between(random, 0, 10)), Seconds(between(random, 0, 10)), Seconds(between(random, 0, 5))};
  test::add_controller(s, "restless", std::make_unique<Restless>(seed, s.hardware.gpu, s.site.servers));
  return s;
}

std::vector<Request> requests_for(const Scenario& s, std::uint64_t seed) {
  RandomStream random(seed, "test/requests");
  std::vector<Request> requests;
  for (double at = 0; at < kEnd; at += random.exponential(12.0 / s.site.servers))
    requests.push_back(test::request(requests.size(), at, static_cast<std::uint32_t>(random.integer(1, 2000)),
                                     static_cast<std::uint32_t>(random.integer(1, 800))));
  return requests;
}

/// What every GPU drew, which a die's temperature follows from by the exact solution, whatever the engine made of it.
struct Draws : RunListener {
  std::map<InstanceId, std::vector<test::DrawListener::Draw>> of;
  void ran(InstanceId id, const StepShape&, Seconds from, Seconds to, std::uint64_t, Hertz, Power watts) override {
    of[id].push_back({from.value(), to.value(), watts.value()});
  }
};

/// The highest temperature of a die up to its last draw.
double highest_die(const Scenario& s, std::size_t instance, const std::vector<test::DrawListener::Draw>& draws) {
  const DieSink gpu(*s.hardware.thermal, 1 + s.hardware.thermal->position_offset(instance % kGpus));
  const double height = instance / kGpus % kServersOfARack == 0 ? -0.5 : 0.5;
  const double update = s.cooling->update.value();
  const auto ambient = [&](double updates) {
    return s.cooling->outside.value->at(Seconds(updates * update)) + s.cooling->offsets.height_rise * height;
  };
  double now = 0, updates = 0;
  DieSinkState state = gpu.steady(Power(kIdle), ambient(0));
  double highest = state.die().value();
  const auto draw_until = [&](double until, double watts) {
    while (now < until) {
      const double end = std::min(until, (updates + 1) * update);
      const Seconds length(end - now);
      highest = std::max(highest, gpu.die_from(state, Power(watts), ambient(updates)).highest(length).value());
      state = gpu.after(state, Power(watts), ambient(updates), length);
      now = end;
      if (end < until || end == (updates + 1) * update) ++updates;
    }
  };
  for (const auto& draw : draws) {
    draw_until(draw.from, kIdle);
    draw_until(draw.to, draw.watts);
  }
  return highest;
}

/// What a run breaks of the laws, a sentence each.
std::string broken_laws(const Scenario& s, const Report& report, const Draws& draws) {
  std::string broken;
  const auto law = [&](bool kept, const std::string& otherwise) {
    if (!kept) broken += otherwise + "; ";
  };
  const double limit = s.hardware.thermal->throttle.value() + kTolerance;
  double highest = 0;
  for (const auto& [id, of_gpu] : draws.of) highest = std::max(highest, highest_die(s, id.index(), of_gpu));
  law(highest <= limit, "by its draws a die was at " + std::to_string(highest));
  law(report.thermal->site.gpu.max() <= limit,
      "a die is reported at " + std::to_string(report.thermal->site.gpu.max()));
  law(std::abs(highest - report.thermal->site.gpu.max()) <= kTolerance, "the highest temperatures differ");
  law(report.balances(), "the books do not balance");

  std::map<std::string, int> landed;
  for (const EventRecord& event : report.events)
    if (!event.is_decision || event.duration_s >= 0) ++landed[report.texts.kind(event)];
  for (const char* type : {"clock_lock", "power_cap", "power_brake", "thermal_throttle", "trip"})
    law(landed[type] > 0, "this run has no " + std::string(type));
  return broken;
}

/// The files of a run, without what it took.
std::string files_of(const Report& report) {
  const test::TemporaryFolder folder;
  const std::string file = folder.path("file");
  std::string text;
  write_summary(report, file);
  text += test::content_of(file);
  for (const auto write : {write_power, write_latency, write_events}) {
    write(report, file);
    text += test::content_of(file);
  }
  return text;
}

/// A line of broken laws, then the files.
std::string busy_run(std::uint64_t seed) {
  return in_own_process([seed] {
    Scenario s = busy_scenario(seed);
    Draws draws;
    const Report report = test::run(s, requests_for(s, seed), {&draws});
    return broken_laws(s, report, draws) + "\n" + files_of(report);
  });
}

class BusyRun : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(BusyRun, KeepsDiesAtTheirLimitAndItsBooksAndAgreesWithItself) {
  const std::string first = busy_run(GetParam());
  EXPECT_EQ(first.substr(0, first.find('\n')), "");
  EXPECT_GT(first.size(), 10000U);
  EXPECT_TRUE(busy_run(GetParam()) == first) << "a second run differs";
}

INSTANTIATE_TEST_SUITE_P(Seeds, BusyRun, ::testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace headroom
