#include "kernel/simgrid/queue_model.hpp"

#include <algorithm>
#include <cmath>
#include <simgrid/s4u/Engine.hpp>

namespace headroom {
namespace {

/// What SimGrid is to add to its clock so that it gets to a date: where the sum would be rounded up, a bit less, and
/// from there the date is met exactly.
double delay_until(double date, double clock) {
  const double delay = std::max(0.0, date - clock);
  return clock + delay > date ? std::nextafter(delay, 0.0) : delay;
}

}  // namespace

double QueueModel::next_occurring_event(double delay) {
  constexpr double kNever = WinnerTree<double>::kNever;
  const double clock = simgrid::s4u::Engine::get_clock();
  const double limit = delay < 0 ? kNever : clock + delay;
  const std::uint64_t before = queue_.handled();
  Event event = queue_.next();
  for (; event.time < limit && !acts_on_simgrid(event.kind()); event = queue_.next()) queue_.fire(event);
  if (event.time < limit) return delay_until(event.time, clock);
  if (event.time < kNever || queue_.handled() == before) return -1.0;  // SimGrid's own next event decides
  return std::max(0.0, queue_.now().value() - clock);
}

void QueueModel::update_actions_state(double now, double /*delta*/) {
  for (Event event = queue_.next(); event.time <= now; event = queue_.next()) queue_.fire(event);
  if (flows_ && queue_.has_stopped()) flows_->freeze();
}

}  // namespace headroom
