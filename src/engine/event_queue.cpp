#include "engine/event_queue.hpp"

#include <algorithm>
#include <numeric>
#include <simgrid/s4u/Engine.hpp>

#include "base/assert.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr double kInstant = 1e-9;                 // s
constexpr std::uint64_t kMostAtOnce = 1'000'000;  // events, beside those of timers

}  // namespace

EventQueue::EventQueue(EventHandler& handler) : Model("HeadroomEvents"), handler_(handler) {
  heap_.reserve(4096);
}

void EventQueue::push(Seconds time, EventKind kind, std::uint32_t target) {
  check_that(time.value() >= now_, "an event lies in the past", now_);
  check_that(!is_timer(kind), "a timer is set, not pushed", now_);
  const Event event{time.value(), order_of(kind) | sequence_++, target};
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

void EventQueue::pop() {
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
}

void EventQueue::make_timers(const TimerCounts& counts) {
  const std::array sizes = {counts.completions, counts.die_limits, counts.jobs, counts.backstops, counts.cohorts};
  std::exclusive_scan(sizes.begin(), sizes.end(), first_of_.begin(), std::size_t{0});
  timers_ = {first_of_.back() + sizes.back(), kNever};
}

void EventQueue::set_timer(EventKind kind, std::size_t number, Seconds time) {
  check_that(time.value() >= now_, "an event lies in the past", now_);
  const auto place = std::ranges::find(kTimers, kind) - kTimers.begin();
  timers_.update(first_of_[static_cast<std::size_t>(place)] + number, time.value());
}

void EventQueue::clear() {
  heap_.clear();
  for (std::size_t i = 0; i < timers_.size(); ++i) timers_.update(i, kNever);
}

Event EventQueue::next_timer() const {
  const auto& [time, position] = timers_.least();
  std::size_t kind = kTimers.size() - 1;
  while (position < first_of_[kind]) --kind;
  return {time, order_of(kTimers[kind]), static_cast<std::uint32_t>(position - first_of_[kind])};
}

/// What comes next; at infinity where nothing does.
Event EventQueue::next() const {
  const Event timer = next_timer();
  return heap_.empty() || before(timer, heap_.front()) ? timer : heap_.front();
}

/// Counts what happens within a nanosecond, in which no model lets anything happen more than a few times.
void EventQueue::note_progress(const Event& event) {
  if (event.time > progress_since_ + kInstant) {
    progress_since_ = event.time;
    at_one_date_ = 0;
  } else if (++at_one_date_ > kMostAtOnce + 100 * timers_.size()) {
    throw InputError("the run at " + shortest(event.time) + " s",
                     "time stands still: " + grouped(at_one_date_) +
                         " events at one date; some value of the scenario is "
                         "out of proportion to the others");
  }
}

void EventQueue::fire(const Event& event) {
  note_progress(event);
  if (!is_timer(event.kind())) pop();
  now_ = event.time;
  ++handled_;
  handler_.handle(event);
}

double EventQueue::next_occurring_event(double delay) {
  const double clock = simgrid::s4u::Engine::get_clock();
  const double limit = delay < 0 ? kNever : clock + delay;
  const std::uint64_t before = handled_;
  Event event = next();
  for (; event.time < limit && !acts_on_simgrid(event.kind()); event = next()) fire(event);
  if (event.time < limit) return std::max(0.0, event.time - clock);
  if (event.time < kNever || handled_ == before) return -1.0;  // SimGrid's own next event decides
  return std::max(0.0, now_ - clock);
}

void EventQueue::update_actions_state(double now, double /*delta*/) {
  // SimGrid adds delays to its clock, so that a date may miss ours by rounding.
  const double due = now + 1e-12 * std::max(1.0, now);
  for (Event event = next(); event.time <= due; event = next()) fire(event);
}

}  // namespace headroom
