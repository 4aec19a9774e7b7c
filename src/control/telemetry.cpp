#include "control/telemetry.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/interrupt.hpp"

namespace headroom {

void TelemetryChannel::start(EventQueue& queue) {
  if (view_.nodes.empty()) return;
  for (std::uint64_t i = 0; i < windows_ahead(); ++i) {
    stop_if_interrupted();
    schedule(queue);
  }
}

/// Windows that open before the first one closes: window over period, rounded up but for rounding errors.
std::uint64_t TelemetryChannel::windows_ahead() const {
  return static_cast<std::uint64_t>(std::ceil(config_.window / config_.period - 1e-9));
}

void TelemetryChannel::schedule(EventQueue& queue) {
  const Seconds taken_at = on_grid(config_.period * static_cast<double>(windows_ahead() + scheduled_++));
  queue.push(std::max(queue.now(), on_grid(taken_at - config_.window)), EventKind::window);
  queue.push(taken_at, EventKind::sample);
}

void TelemetryChannel::open(Seconds now) {
  auto& energies = open_.emplace_back();
  for (const auto& node : view_.nodes) energies.push_back(tree_.energy(node.id, now));
}

const std::vector<Power>& TelemetryChannel::sample(EventQueue& queue) {
  const Seconds now = queue.now();
  auto& batch = under_way_.emplace_back(Batch{now, {}});
  for (std::size_t i = 0; i < view_.nodes.size(); ++i)
    batch.samples.push_back((tree_.energy(view_.nodes[i].id, now) - open_.front()[i]) / config_.window);
  open_.pop_front();
  queue.push(on_grid(now + config_.delay), EventKind::delivery);
  schedule(queue);
  return batch.samples;
}

void TelemetryChannel::deliver() {
  const Batch batch = std::move(under_way_.front());
  under_way_.pop_front();
  for (std::size_t i = 0; i < view_.nodes.size(); ++i) {
    NodeTelemetry& node = view_.nodes[i];
    node.power = batch.samples[i];
    node.taken_at = batch.taken_at;
    node.delivered = true;
  }
}

}  // namespace headroom
