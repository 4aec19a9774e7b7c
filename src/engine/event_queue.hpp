#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <simgrid/kernel/resource/Model.hpp>
#include <vector>

#include "headroom/quantity.hpp"
#include "headroom/winner_tree.hpp"

namespace headroom {

/// The nearest whole nanosecond, so that dates which are meant to be one are one, however they were computed.
inline Seconds on_grid(Seconds date) {
  return Seconds(std::round(date.value() * 1e9) / 1e9);
}

/// What happens, in the order in which events of one date run. Temperatures (a die at its limit, new inlets) come
/// behind the end: they cannot change what a run has done by then.
enum class EventKind : std::uint8_t {
  completion,
  trip,
  arrival,
  sample,
  delivery,
  control,
  actuation,
  end,
  die_limit,
  inlet
};

/// `target` means what the kind's handler takes it for.
struct Event {
  double time;
  std::uint64_t order;  ///< kind in the top byte, then the sequence number
  std::uint32_t target;

  [[nodiscard]] EventKind kind() const { return static_cast<EventKind>(order >> 56); }
};

class EventHandler {
 public:
  virtual ~EventHandler() = default;
  virtual void handle(const Event& event) = 0;
};

/// The events of a run as a resource model inside SimGrid's kernel, ordered by (time, kind, sequence).
/// SimGrid says when its own next event (a flow, an actor) is due, and the queue runs ahead up to that date in one
/// kernel pass, which saves 40 % of all instructions. Before a kind of event that acts on SimGrid it stops and lets
/// SimGrid's clock catch up. Exceptions thrown by the handler come out of `Engine::run()`.
/// What is pushed stands in a 4-ary heap of 24-byte events. An instance's completion and its die's limit move all the
/// time: they are timers in a winner tree, where moving one leaves nothing stale behind; equal ones go by instance.
class EventQueue final : public simgrid::kernel::resource::Model {
 public:
  explicit EventQueue(EventHandler& handler);

  void push(Seconds time, EventKind kind, std::uint32_t target = 0);
  /// Gives each of so many instances a timer for its completion and, where asked for, one for its die's limit.
  void make_timers(std::size_t instances, bool with_die_limits);
  /// Moves a timer to this date (infinity: never). It is due until its handler moves it on.
  void set_timer(EventKind kind, std::size_t instance, Seconds time);
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
  static bool is_timer(EventKind kind) { return kind == EventKind::completion || kind == EventKind::die_limit; }
  [[nodiscard]] Event next() const;
  void pop();
  void fire(const Event& event);

  EventHandler& handler_;
  std::vector<Event> heap_;
  WinnerTree<double> timers_{0, kNever};  ///< the completions of all instances, then their dies' limits
  std::size_t instances_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t handled_ = 0;
  double now_ = 0;
};

}  // namespace headroom
