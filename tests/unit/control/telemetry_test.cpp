#include "control/telemetry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "support/any_event.hpp"

namespace headroom {
namespace {

/// A node whose power is 100 W from 0 s on and changes at some dates, and what its telemetry says of it.
class Monitored {
 public:
  struct Sample {
    double at;
    double power;
  };
  struct Delivery {
    double at, taken_at, power;
  };

  Monitored(double period, double window, double delay) {
    events_.call = [this](const Event& event) { handle(event); };
    NodeTelemetry node;
    node.id = tree_.add(std::nullopt, "site");
    view_.nodes.push_back(node);
    TelemetryConfig config;
    config.period = Seconds(period);
    config.window = Seconds(window);
    config.delay = Seconds(delay);
    channel_.emplace(config, tree_, view_);
  }

  void run_until(double end) {
    for (std::size_t i = 0; i < kPowers.size(); ++i)
      queue_.push(Seconds(kPowers[i].first), EventKind::arrival, static_cast<std::uint32_t>(i));
    queue_.push(Seconds(end), EventKind::end);
    channel_->start(queue_);
    queue_.run();
  }

  void handle(const Event& event) {
    switch (event.kind()) {
      case EventKind::arrival:
        tree_.set_power(view_.nodes[0].id, Power(kPowers[event.target].second), Seconds(event.time),
                        [](NodeId, Power) {});
        break;
      case EventKind::sample:
        samples.push_back({event.time, channel_->sample(queue_).front().value()});
        break;
      case EventKind::window:
        channel_->open(queue_.now());
        break;
      case EventKind::delivery: {
        channel_->deliver();
        const NodeTelemetry& node = view_.nodes[0];
        deliveries.push_back({event.time, node.taken_at.value(), node.power.value()});
        break;
      }
      default:
        queue_.stop();
    }
  }

  /// The exact mean power over (from, to].
  static double mean(double from, double to) {
    double energy = 0;
    for (std::size_t i = 0; i < kPowers.size(); ++i) {
      const double until = i + 1 < kPowers.size() ? kPowers[i + 1].first : 1e9;
      energy += kPowers[i].second * std::max(0.0, std::min(to, until) - std::max(from, kPowers[i].first));
    }
    return energy / (to - from);
  }

  std::vector<Sample> samples;
  std::vector<Delivery> deliveries;

 private:
  static inline const std::vector<std::pair<double, double>> kPowers{
      {0.0, 100}, {1.0, 500}, {3.5, 300}, {4.0, 0}, {7.25, 50}, {12.0, 700}, {12.125, 20}, {19.0, 400}};

  EventQueue queue_;
  test::AnyEvent events_{queue_};
  PowerTree tree_;
  SiteTelemetry view_;
  std::optional<TelemetryChannel> channel_;
};

void hold_samples(double period, double window, double first) {
  constexpr double delay = 1.25, end = 24.5;
  Monitored node(period, window, delay);
  node.run_until(end);
  std::size_t n = 0;
  for (double at = first; at <= end; at += period, ++n) {
    ASSERT_LT(n, node.samples.size());
    EXPECT_EQ(node.samples[n].at, at);
    EXPECT_NEAR(node.samples[n].power, Monitored::mean(at - window, at), 1e-9) << "sample of " << at << " s";
    if (at + delay > end) continue;
    ASSERT_LT(n, node.deliveries.size());
    EXPECT_EQ(node.deliveries[n].at, at + delay);
    EXPECT_EQ(node.deliveries[n].taken_at, at);
    EXPECT_EQ(node.deliveries[n].power, node.samples[n].power);
  }
  EXPECT_EQ(node.samples.size(), n);
}

TEST(Telemetry, SamplesAWindowAsLongAsThePeriod) {
  hold_samples(2, 2, 2);
}
TEST(Telemetry, SamplesAWindowShorterThanThePeriod) {
  hold_samples(2, 0.5, 2);
}
TEST(Telemetry, SamplesAWindowOfSeveralPeriods) {
  hold_samples(2, 4, 4);
}
TEST(Telemetry, SamplesAWindowBetweenTwoMultiplesOfThePeriod) {
  hold_samples(2, 5, 6);
}

TEST(Telemetry, DeliversWithoutDelayAtTheDateOfTheSample) {
  Monitored node(2, 2, 0);
  node.run_until(9);
  ASSERT_EQ(node.deliveries.size(), 4U);
  for (const auto& delivery : node.deliveries) EXPECT_EQ(delivery.at, delivery.taken_at);
}

TEST(Telemetry, KeepsSamplesInOrderWhereTheDelaySpansSeveralPeriods) {
  Monitored node(1, 1, 3.5);
  node.run_until(9);
  ASSERT_EQ(node.deliveries.size(), 5U);  // taken at 1 to 5 s, visible at 4.5 to 8.5 s
  for (const auto& delivery : node.deliveries) EXPECT_EQ(delivery.at, delivery.taken_at + 3.5);
}

}  // namespace
}  // namespace headroom
