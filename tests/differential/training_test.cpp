// Training jobs against servers that are followed one by one: each with its own waveform and stages, each booked in the
// power tree for itself. The engine follows one server of a cohort and books all of them at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "metrics/meter.hpp"
#include "support/small_scenario.hpp"
#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

constexpr std::uint32_t kGpus = 4, kServing = 2, kServers = 14;
constexpr double kTrainingEnd = 30;  // s

struct TrainingCase {
  std::string name;
  std::map<std::string, std::map<std::string, double>> stages;
  std::vector<std::string> nodes;  ///< that are metered
  bool lossy = false;
};
std::ostream& operator<<(std::ostream& out, const TrainingCase& c) {
  return out << c.name;
}

SmoothingConfig smoothing_of(const TrainingCase& c) {
  SmoothingConfig config;
  for (auto& stage : config.stages) {
    const auto found = c.stages.find(stage.smoother.kind);
    if (found == c.stages.end()) continue;
    stage.enabled = true;
    stage.smoother = test::chosen(builtin_smoothers(), stage.smoother.kind, found->second);
  }
  return config;
}

SiteJob job_of(std::string name, std::uint32_t gpus, double start_s, JobShape shape) {
  SiteJob job;
  job.name = std::move(name);
  job.gpus = gpus;
  job.start = Seconds(start_s);
  job.shape = std::move(shape);
  return job;
}

/// Rows of two racks of three servers. The first two servers hold instances without requests and share their rack with
/// the first job, whose last server it has half of.
Scenario scenario_of(const TrainingCase& c) {
  Scenario s = test::small_scenario(kServers);
  s.duration = Seconds(kTrainingEnd);
  auto& server = s.hardware.server;
  server.gpus = kGpus;
  server.rated = Power(4000);
  server.host_active = Power(150);
  server.fan_min = Power(10);
  server.fan_max = Power(80);
  server.psu_rated = Power(5000);
  server.efficiency = {{0.1, 0.90}, {0.5, 0.96}};
  s.serving->servers = kServing;
  s.site.levels[0].holds = 2;
  LevelConfig rack;
  rack.name = "rack";
  rack.holds = 3;
  s.site.levels.push_back(rack);
  if (c.lossy) {
    s.site.levels[0].loss = {Power(50), 0.02, 1e-6};
    s.site.levels[1].loss = {Power(), 0.01, 5e-6};
  }
  s.output.power.nodes = c.nodes;
  s.smoothing = smoothing_of(c);

  JobShape jagged = test::two_level(1.3, 0.6, 1.0, 0.4);
  jagged.waveform.overshoot.emplace();
  jagged.waveform.edge = EdgeConfig{Seconds(0.008), 4};
  jagged.waveform.dips = DipsConfig{2, Seconds(0.03), 0.4};
  jagged.start_jitter = {Seconds(0.7), 3};
  jagged.failures = FailureConfig{Seconds(9), Seconds(1.5)};
  s.workload.jobs.push_back(job_of("jagged", 6 * kGpus + 2, 1.3, std::move(jagged)));
  JobShape plain = test::two_level(2.0, 0.5, 0.9, 0.2);
  plain.start_jitter = {Seconds(0.2), 2};
  s.workload.jobs.push_back(job_of("plain", 4 * kGpus, 0, std::move(plain)));
  return s;
}

/// A stage and the demand that it has.
struct PlainStage {
  std::unique_ptr<Smoother> smoother;
  Power given{-1};

  Power pass(Power power, Seconds now) {
    if (power != given) smoother->demand(power, now);
    else if (smoother->next_change() <= now) smoother->advance(now);
    given = power;
    return smoother->draw();
  }
};

/// One server of a job.
struct PlainServer {
  NodeId node;
  Seconds next{};  ///< when it starts, or something changes
  std::uint32_t gpus = 0;
  std::unique_ptr<Waveform> wave;
  std::vector<PlainStage> gpu_stages{}, rack_stages{};
  bool running = false;
  WaveStep step{};
  Seconds step_end{};

  Power advance(const Scenario& s, const ServerPower& server, Seconds now) {
    if (!std::exchange(running, true)) {
      step_end = now;
      start(s, gpu_stages, SmootherPlace::gpu, now);
      start(s, rack_stages, SmootherPlace::rack, now);
      static_cast<void>(pass(s, server, s.hardware.gpu_power.idle, now));  // before the job
    }
    while (step_end <= now) {
      EXPECT_TRUE(wave->next(step));
      step_end = step_end + step.duration;
    }
    const Power power = pass(s, server, step.power, now);
    next = step_end;
    for (auto* stages : {&gpu_stages, &rack_stages})
      for (auto& stage : *stages) next = std::min(next, stage.smoother->next_change());
    return power * static_cast<double>(gpus);
  }

  /// What a GPU's share of the rack draws when it wants this.
  Power pass(const Scenario& s, const ServerPower& server, Power power, Seconds now) {
    for (auto& stage : gpu_stages) power = stage.pass(power, now);
    const double mine = gpus, others = kGpus - gpus;
    power = server.inlet(power * mine + s.hardware.gpu_power.idle * others) / mine;
    for (auto& stage : rack_stages) power = stage.pass(power, now);
    return power;
  }

  static void start(const Scenario& s, std::vector<PlainStage>& stages, SmootherPlace place, Seconds now) {
    for (auto& smoother : s.smoothing.make(place)) {
      smoother->start({s.hardware.gpu.tdp, {}, 0}, now);
      stages.push_back({std::move(smoother)});
    }
  }
};

/// The site with every server by itself.
class PlainSite {
 public:
  explicit PlainSite(const Scenario& s)
      : scenario_(s),
        site_(s.site),
        server_(s.hardware.server, s.hardware.gpu.tdp),
        meters_(site_.tree().size(), Meter(std::nullopt, Seconds(2), false)) {
    const auto all = static_cast<double>(kGpus);
    for (std::size_t i = 0; i < kServers; ++i) {
      const Power gpu = i < kServing ? s.hardware.gpu_power.idle_loaded : s.hardware.gpu_power.idle;
      set(site_.server(i), server_.inlet(gpu * all), Seconds());
    }
    plans_.reserve(2);
    servers_.reserve(kServers);
    // The plain job is submitted first, and takes the first servers.
    add(s.workload.jobs[1], kServing, 4);
    add(s.workload.jobs[0], kServing + 4, 7);
  }

  void run() {
    for (;;) {
      auto& first = *std::ranges::min_element(servers_, {}, &PlainServer::next);
      if (first.next >= Seconds(kTrainingEnd)) break;
      const Seconds now = first.next;
      set(first.node, first.advance(scenario_, server_, now), now);
    }
    for (Meter& meter : meters_) meter.settle(Seconds(kTrainingEnd));
  }

  [[nodiscard]] const Meter& meter(const std::string& path) const {
    for (std::size_t i = 0; i < meters_.size(); ++i)
      if (site_.tree().path(NodeId(i)) == path) return meters_[i];
    throw std::logic_error("no node " + path);
  }

 private:
  void add(const SiteJob& job, std::size_t first, std::size_t count) {
    const HardwareConfig& hardware = scenario_.hardware;
    plans_.emplace_back(job.shape, job.gpus, hardware.gpu, hardware.gpu_power.idle, "/job", warnings_);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& jitter = job.shape.start_jitter;
      const std::uint32_t cohort = jitter.cohort_of(scenario_.seed, job.name, static_cast<std::uint32_t>(i));
      const auto left = job.gpus - static_cast<std::uint32_t>(i) * kGpus;
      servers_.push_back({.node = site_.server(first + i),
                          .next = job.start + jitter.delay(cohort),
                          .gpus = std::min(kGpus, left),
                          .wave = plans_.back().play(scenario_.seed, job.name)});
    }
  }

  void set(NodeId node, Power power, Seconds now) {
    site_.tree().set_power(node, power, now, [&](NodeId at, Power drawn) { meters_[at.index()].change(drawn, now); });
  }

  const Scenario& scenario_;
  Site site_;
  ServerPower server_;
  std::vector<Meter> meters_;
  Warnings warnings_;
  std::vector<WaveformPlan> plans_;
  std::vector<PlainServer> servers_;
};

class TrainingDifferential : public ::testing::TestWithParam<TrainingCase> {};

TEST_P(TrainingDifferential, CohortsDrawWhatTheirServersWouldOneByOne) {
  Scenario scenario = scenario_of(GetParam());
  PlainSite plain(scenario);
  plain.run();
  const Report report = test::run(scenario, {});
  ASSERT_GE(report.nodes.size(), 1U);
  for (const NodeResult& node : report.nodes) {
    const Meter& expected = plain.meter(node.path);
    EXPECT_NEAR(node.meter.energy() / expected.energy(), 1.0, 1e-9) << node.path;
    EXPECT_NEAR(node.meter.peak() / expected.peak(), 1.0, 1e-9) << node.path;
  }
  EXPECT_LT(report.energy_residual, 1e-9);
}

const std::map<std::string, double> kFloor = {
    {"initial_ceiling_fraction", 0.5}, {"ramp_up_w_per_s", 200}, {"stop_delay_s", 0.5}};
const std::map<std::string, double> kStorage = {
    {"window_s", 3}, {"capacity_j_per_gpu", 400}, {"efficiency_fraction", 0.9}};
const std::vector<std::string> kAll = {"site", "row", "rack"};

INSTANTIATE_TEST_SUITE_P(
    All, TrainingDifferential,
    ::testing::Values(
        TrainingCase{"bare", {}, kAll}, TrainingCase{"lossy", {}, kAll, true},
        TrainingCase{"only_the_site_is_seen", {}, {"site"}},
        TrainingCase{"only_the_site_is_seen_lossy", {}, {"site"}, true},
        TrainingCase{"one_rack_is_seen", {}, {"row0/rack0", "row1"}},
        TrainingCase{"servers_are_seen", {}, {"site", "row", "rack", "server"}, true},
        TrainingCase{"floor", {{"gpu_power_smoothing", kFloor}}, kAll, true},
        TrainingCase{"firefly", {{"firefly", {}}}, kAll, true},
        TrainingCase{"cap_and_storage", {{"power_cap", {{"cap_w", 320}}}, {"rack_storage", kStorage}}, kAll, true},
        TrainingCase{"floor_and_storage", {{"gpu_power_smoothing", kFloor}, {"rack_storage", kStorage}}, kAll, true}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace headroom
