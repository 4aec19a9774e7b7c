#include "engine/event_queue.hpp"

#include <algorithm>
#include <simgrid/s4u/Engine.hpp>

#include "base/assert.hpp"

namespace headroom {

EventQueue::EventQueue(EventHandler& handler) : Model("HeadroomEvents"), handler_(handler) {
  heap_.reserve(4096);
}

void EventQueue::push(Seconds time, EventKind kind, std::uint32_t target, std::uint32_t version) {
  check_that(time.value() >= now_, "an event lies in the past", now_);
  const Event event{time.value(), (static_cast<std::uint64_t>(kind) << 56) | sequence_++, target, version};
  heap_.push_back(event);
  std::size_t hole = heap_.size() - 1;
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / 4;
    if (!before(event, heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = event;
}

Event EventQueue::pop() {
  const Event top = heap_.front();
  const Event last = heap_.back();
  heap_.pop_back();
  const std::size_t size = heap_.size();
  std::size_t hole = 0;
  while (true) {
    const std::size_t first = 4 * hole + 1;
    if (first >= size) break;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < std::min(first + 4, size); ++child)
      if (before(heap_[child], heap_[least])) least = child;
    if (!before(heap_[least], last)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  if (size > 0) heap_[hole] = last;
  return top;
}

void EventQueue::fire_next() {
  const Event event = pop();
  now_ = event.time;
  ++handled_;
  handler_.handle(event);
}

double EventQueue::next_occurring_event(double delay) {
  const double clock = simgrid::s4u::Engine::get_clock();
  const double limit = delay < 0 ? std::numeric_limits<double>::infinity() : clock + delay;
  const std::uint64_t before = handled_;
  while (!heap_.empty() && heap_.front().time < limit && !acts_on_simgrid(heap_.front().kind())) fire_next();
  if (!heap_.empty() && heap_.front().time < limit) return std::max(0.0, heap_.front().time - clock);
  if (!heap_.empty() || handled_ == before) return -1.0;  // SimGrid's own next event decides
  return std::max(0.0, now_ - clock);
}

void EventQueue::update_actions_state(double now, double /*delta*/) {
  // SimGrid adds delays to its clock, so that a date may miss ours by rounding.
  const double due = now + 1e-12 * std::max(1.0, now);
  while (!heap_.empty() && heap_.front().time <= due) fire_next();
}

}  // namespace headroom
