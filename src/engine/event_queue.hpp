#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <simgrid/kernel/resource/Model.hpp>
#include <vector>

#include "engine/event.hpp"
#include "headroom/quantity.hpp"
#include "headroom/winner_tree.hpp"

namespace headroom {

/// The nearest whole nanosecond, so that dates which are meant to be one are one, however they were computed.
inline Seconds on_grid(Seconds date) {
  return Seconds(std::round(date.value() * 1e9) / 1e9);
}

/// How many timers a run needs, by what they are for.
struct TimerCounts {
  std::size_t completions = 0;  ///< of instances
  std::size_t die_limits = 0;
  std::size_t jobs = 0;
  std::size_t backstops = 0;
  std::size_t cohorts = 0;
};

/// The events of a run as a resource model inside SimGrid's kernel, ordered by (time, kind, sequence).
/// SimGrid says when its own next event (a flow, an actor) is due, and the queue runs ahead up to that date in one
/// kernel pass, which saves 40 % of all instructions. Before a kind of event that acts on SimGrid it stops and lets
/// SimGrid's clock catch up. Exceptions thrown by the handler come out of `Engine::run()`.
/// What is pushed stands in a 4-ary heap of 24-byte events. Completions, limits of dies and dates of jobs move
/// all the time: they are timers in a winner tree, where moving one leaves nothing stale behind; equal ones go by
/// number. Time must advance: an InputError ends a run in which far more events than it has timers share one date.
class EventQueue final : public simgrid::kernel::resource::Model {
 public:
  explicit EventQueue(EventHandler& handler);

  void push(Seconds time, EventKind kind, std::uint32_t target = 0);
  void make_timers(const TimerCounts& counts);
  /// Moves a timer to this date (infinity: never). It is due until its handler moves it on.
  void set_timer(EventKind kind, std::size_t number, Seconds time);
  /// Forgets everything that is still to come, so that the run ends.
  void clear();
  /// The date of the event being handled.
  [[nodiscard]] Seconds now() const { return Seconds(now_); }
  [[nodiscard]] std::uint64_t handled() const { return handled_; }

  /// Told that the model runs ahead, SimGrid passes the delay to its own next event, or -1 where it has none.
  bool next_occurring_event_is_idempotent() override { return false; }
  double next_occurring_event(double delay) override;
  void update_actions_state(double now, double delta) override;

 private:
  static constexpr double kNever = WinnerTree<double>::kNever;
  /// Kinds whose handlers change SimGrid's hosts, and must find its clock at their date.
  static bool acts_on_simgrid(EventKind kind) { return kind == EventKind::trip || kind == EventKind::actuation; }
  static bool before(const Event& a, const Event& b) {
    return a.time < b.time || (a.time == b.time && a.order < b.order);
  }
  static std::uint64_t order_of(EventKind kind) { return static_cast<std::uint64_t>(kind) << 56; }
  static constexpr std::array kTimers = {EventKind::completion, EventKind::die_limit, EventKind::job,
                                         EventKind::backstop, EventKind::cohort};
  static bool is_timer(EventKind kind) { return std::ranges::find(kTimers, kind) != kTimers.end(); }
  [[nodiscard]] Event next_timer() const;
  [[nodiscard]] Event next() const;
  void pop();
  void fire(const Event& event);
  void note_progress(const Event& event);

  EventHandler& handler_;
  std::vector<Event> heap_;
  WinnerTree<double> timers_{0, kNever};                ///< those of one kind after those of another
  std::array<std::size_t, kTimers.size()> first_of_{};  ///< timer of each kind
  std::uint64_t sequence_ = 0;
  std::uint64_t handled_ = 0;
  std::uint64_t at_one_date_ = 0;  ///< events within a nanosecond from `progress_since_`
  double progress_since_ = 0;
  double now_ = 0;
};

}  // namespace headroom
