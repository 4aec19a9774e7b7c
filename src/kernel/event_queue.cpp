#include "kernel/event_queue.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr double kInstant = 1e-9;  // s
constexpr double kNever = WinnerTree<double>::kNever;
constexpr std::uint64_t kLookForInterrupt = 256;  // events
constexpr std::uint64_t kMostOfATimer = 100;      // events within an instant

[[noreturn, gnu::cold]] void throw_stands_still(double date_s, std::uint64_t events) {
  throw InputError("the run at " + shortest(date_s) + " s",
                   "time stands still: " + grouped(events) +
                       " events at one date; some value of the scenario is out of proportion to the others");
}

}  // namespace

void EventQueue::push(Seconds time, EventKind kind, std::uint32_t target) {
  check_that(time.value() >= now_, "an event lies in the past", now_);
  check_that(!is_timed(kind), "a timer is set, not pushed", now_);
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

void EventQueue::add_timers(EventKind kind, std::size_t count) {
  if (count == 0) return;
  most_at_once_ += kMostOfATimer * count;
  if (!is_timed(kind)) timed_.insert(std::ranges::lower_bound(timed_, kind), kind);
  timers(kind).grow(timers(kind).size() + count);
}

void EventQueue::set_timer(EventKind kind, std::size_t number, Seconds time) {
  check_that(time.value() >= now_, "an event lies in the past", now_);
  check_that(number < timers(kind).size(), "a timer that is set was added", now_);
  timers(kind).update(number, time.value());
}

Event EventQueue::next_timer() const {
  Event first{kNever, 0, 0};
  for (const EventKind kind : timed_)
    if (const auto& [time, number] = timers(kind).least(); time < first.time) first = {time, order_of(kind), number};
  return first;
}

Event EventQueue::next() const {
  if (stopped_) return {kNever, 0, 0};
  const Event timer = next_timer();
  return heap_.empty() || before(timer, heap_.front()) ? timer : heap_.front();
}

/// Counts what happens within a nanosecond, in which no model lets anything happen more than a few times.
void EventQueue::note_progress(const Event& event) {
  if (event.time > progress_since_ + kInstant) {
    progress_since_ = event.time;
    at_one_date_ = 0;
  } else if (++at_one_date_ > most_at_once_) {
    throw_stands_still(event.time, at_one_date_);
  }
}

void EventQueue::fire(const Event& event) {
  if (handled_ % kLookForInterrupt == 0) stop_if_interrupted();
  note_progress(event);
  const EventKind kind = event.kind();
  if (!is_timed(kind)) pop();
  now_ = event.time;
  ++handled_;
  fingerprint_ = mix(fingerprint_ ^ std::bit_cast<std::uint64_t>(event.time) ^
                     (std::uint64_t{code_of(kind)} << 32 | event.target));
  if (watch_) watch_->coming(event);
  const Handler& handler = handlers_[static_cast<std::size_t>(kind)];
  check_that(handler.handle != nullptr, "nobody handles an event", now_);
  handler.handle(handler.owner, event);
}

void EventQueue::run() {
  for (Event event = next(); event.time < kNever; event = next()) fire(event);
}

}  // namespace headroom
