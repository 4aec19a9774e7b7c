#include "kernel/simgrid/queue_model.hpp"

#include <algorithm>
#include <simgrid/s4u/Engine.hpp>

namespace headroom {

double QueueModel::next_occurring_event(double delay) {
  constexpr double kNever = WinnerTree<double>::kNever;
  const double clock = simgrid::s4u::Engine::get_clock();
  const double limit = delay < 0 ? kNever : clock + delay;
  const std::uint64_t before = queue_.handled();
  Event event = queue_.next();
  for (; event.time < limit && !acts_on_simgrid(event.kind()); event = queue_.next()) queue_.fire(event);
  if (event.time < limit) return std::max(0.0, event.time - clock);
  if (event.time < kNever || queue_.handled() == before) return -1.0;  // SimGrid's own next event decides
  return std::max(0.0, queue_.now().value() - clock);
}

void QueueModel::update_actions_state(double now, double /*delta*/) {
  // SimGrid adds delays to its clock, so that a date may miss ours by rounding.
  const double due = now + 1e-12 * std::max(1.0, now);
  for (Event event = queue_.next(); event.time <= due; event = queue_.next()) queue_.fire(event);
}

}  // namespace headroom
