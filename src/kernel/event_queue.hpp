#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "headroom/quantity.hpp"
#include "headroom/winner_tree.hpp"
#include "kernel/event.hpp"

namespace headroom {

/// The nearest whole nanosecond, so that dates which are meant to be one are one, however they were computed.
inline Seconds on_grid(Seconds date) {
  return Seconds(std::round(date.value() * 1e9) / 1e9);
}

/// Told of every event before its handler: nothing has happened since the one before.
class EventWatch {
 public:
  virtual ~EventWatch() = default;
  virtual void coming(const Event& event) = 0;
};

/// The events of a run, ordered by (time, kind, sequence), and who handles them. What is pushed stands in a 4-ary heap
/// of 24-byte events. Completions, limits of dies and dates of jobs move all the time: they are timers, one winner tree
/// a kind, where moving one leaves nothing stale behind; equal ones go by number. Time must advance: an InputError ends
/// a run in which far more events than it has timers share one date.
class EventQueue {
 public:
  EventQueue() { heap_.reserve(4096); }

  /// Who handles the events of a kind, `queue.on<&Thermal::look>(EventKind::die_limit, thermal)`; outlives the queue's
  /// use.
  template <auto Method, class Owner>
  void on(EventKind kind, Owner& owner) {
    handlers_[static_cast<std::size_t>(kind)] = {
        &owner, [](void* self, const Event& event) { (static_cast<Owner*>(self)->*Method)(event); }};
  }
  void watch(EventWatch& watch) { watch_ = &watch; }

  void push(Seconds time, EventKind kind, std::uint32_t target = 0);
  /// Adds timers of this kind, which are off; their numbers go on from those there are.
  void add_timers(EventKind kind, std::size_t count);
  /// Moves a timer to this date (infinity: never). It is due until its handler moves it on.
  void set_timer(EventKind kind, std::size_t number, Seconds time);
  /// Ends the run: nothing comes any more, whatever is pushed or set from now on.
  void stop() { stopped_ = true; }
  [[nodiscard]] bool has_stopped() const { return stopped_; }

  /// What comes next; at infinity where nothing does.
  [[nodiscard]] Event next() const;
  /// The number of the timer of this kind that comes after the one being handled, unless something moves it.
  [[nodiscard]] std::size_t following(EventKind kind) const { return timers(kind).second(); }
  /// Handles what comes next. Throws what its handler throws, and Interrupted where the user asked to stop.
  void fire(const Event& next);
  /// Handles everything, for those who need no SimGrid.
  void run();

  /// The date of the event being handled.
  [[nodiscard]] Seconds now() const { return Seconds(now_); }
  [[nodiscard]] std::uint64_t handled() const { return handled_; }
  /// A hash over dates, codes and targets of all events handled.
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  struct Handler {
    void* owner;
    void (*handle)(void*, const Event&);
  };
  static bool before(const Event& a, const Event& b) {
    return a.time < b.time || (a.time == b.time && a.order < b.order);
  }
  static std::uint64_t order_of(EventKind kind) { return static_cast<std::uint64_t>(kind) << 56; }
  [[nodiscard]] WinnerTree<double>& timers(EventKind kind) { return timers_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const WinnerTree<double>& timers(EventKind kind) const {
    return timers_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] bool is_timed(EventKind kind) const { return timers(kind).size() > 0; }
  [[nodiscard]] Event next_timer() const;
  void pop();
  void note_progress(const Event& event);

  std::vector<Event> heap_;
  std::array<WinnerTree<double>, kEventKinds> timers_;  ///< their dates, by kind
  std::vector<EventKind> timed_;                        ///< kinds that have timers, in their order
  std::array<Handler, kEventKinds> handlers_{};
  EventWatch* watch_ = nullptr;
  bool stopped_ = false;
  std::uint64_t sequence_ = 0;
  std::uint64_t handled_ = 0;
  std::uint64_t fingerprint_ = 0;
  std::uint64_t most_at_once_ = 1'000'000;  ///< events within a nanosecond
  std::uint64_t at_one_date_ = 0;           ///< events within a nanosecond from `progress_since_`
  double progress_since_ = 0;
  double now_ = 0;
};

}  // namespace headroom
