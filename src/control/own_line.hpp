#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <utility>

#include "control/actuation.hpp"
#include "kernel/event_queue.hpp"

namespace headroom {

/// The line of a controller with a delay of its own: it decides, and its commands land, by two timers that come behind
/// all else that controllers do at a date, the decision first.
class OwnLine {
 public:
  /// Lines are numbered from 0.
  OwnLine(std::size_t number, Seconds delay) : first_timer_(2 * number), delay_(delay) {}

  static constexpr std::size_t kTimers = 2;  ///< of each line
  [[nodiscard]] static std::size_t line_of(const Event& timer) { return timer.target / kTimers; }
  [[nodiscard]] static bool is_decision(const Event& timer) { return timer.target % kTimers == 0; }

  [[nodiscard]] Seconds delay() const { return delay_; }
  void decide_at(Seconds date, EventQueue& queue) const { queue.set_timer(EventKind::backstop, first_timer_, date); }
  void decide_never(EventQueue& queue) const { decide_at(kNever, queue); }

  void issue(ActuationChannels::Command command, EventQueue& queue) {
    under_way_.push_back({on_grid(queue.now() + delay_), std::move(command)});
    land_next(queue);
  }
  /// The command that the timer of landings is due for.
  ActuationChannels::Command land(EventQueue& queue) {
    ActuationChannels::Command command = std::move(under_way_.front().command);
    under_way_.pop_front();
    land_next(queue);
    return command;
  }

 private:
  static constexpr Seconds kNever{std::numeric_limits<double>::infinity()};
  struct UnderWay {
    Seconds due;
    ActuationChannels::Command command;
  };
  void land_next(EventQueue& queue) const {
    queue.set_timer(EventKind::backstop, first_timer_ + 1, under_way_.empty() ? kNever : under_way_.front().due);
  }

  std::size_t first_timer_;
  Seconds delay_;
  std::deque<UnderWay> under_way_;
};

}  // namespace headroom
