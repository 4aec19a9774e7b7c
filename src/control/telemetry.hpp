#pragma once

#include <deque>
#include <vector>

#include "facility/power_tree.hpp"
#include "headroom/controller.hpp"
#include "kernel/event_queue.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Samples nodes of the power tree and delivers the samples late: a sample is the mean power over the window before it,
/// taken every period from the first full window on, and visible a delay after it was taken.
class TelemetryChannel {
 public:
  /// The nodes stand in the order of `view.nodes`, which the channel fills in as samples are delivered.
  TelemetryChannel(const TelemetryConfig& config, const PowerTree& tree, SiteTelemetry& view)
      : config_(config), tree_(tree), view_(view) {}

  void start(EventQueue& queue);
  /// A window of a sample to come begins.
  void open(Seconds now);
  /// The oldest open window ends; its samples, by node, until the next one ends.
  const std::vector<Power>& sample(EventQueue& queue);
  /// Makes the oldest samples under way visible.
  void deliver();

 private:
  struct Batch {
    Seconds taken_at;
    std::vector<Power> samples;
  };

  void schedule(EventQueue& queue);
  [[nodiscard]] std::uint64_t windows_ahead() const;

  TelemetryConfig config_;
  const PowerTree& tree_;
  SiteTelemetry& view_;
  std::uint64_t scheduled_ = 0;           ///< samples scheduled so far
  std::deque<std::vector<Energy>> open_;  ///< energies at the openings of the windows not yet closed
  std::deque<Batch> under_way_;
};

}  // namespace headroom
