#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/actions.hpp"
#include "metrics/report.hpp"

namespace headroom {

/// Remembers what was decided and when it acted, for events.json and the throttle counts.
class EventLog {
 public:
  /// Notes a decision; returns its number, by which `end` finds it again.
  std::uint32_t decided(const Action& action, const std::string& target, const std::string& cause, Seconds now,
                        Seconds effective);
  /// Something happened; returns its number.
  std::uint32_t happened(std::string_view kind, const std::string& target, const std::string& cause, Seconds now);
  /// The number that whatever is noted next will have.
  [[nodiscard]] std::uint32_t next() const { return static_cast<std::uint32_t>(records_.size()); }
  /// How much of something: `name` ends in its unit.
  void measure(std::uint32_t event, std::string_view name, double value);
  [[nodiscard]] const std::string& cause(std::uint32_t event) const { return texts_[records_[event].cause]; }
  /// What this decision did, or what happened, is over.
  void end(std::uint32_t event, Seconds now) {
    EventRecord& record = records_[event];
    record.duration_s = now.value() - (record.is_decision ? record.effective_s : record.time_s);
  }
  /// A server was held by limits for so long.
  void throttled_for(double seconds) { throttling_.throttled_server_s += seconds; }
  /// A GPU of this server limits its power by its temperature; returns the number for `end`.
  std::uint32_t throttled(const std::string& target, const std::string& cause, Power limit, Seconds now);
  /// A protection device tripped.
  void tripped(Seconds now, const std::string& node, const std::string& cause);
  /// A telemetry sample: runs of samples above the budget are overloads.
  void sampled(std::size_t node, const std::string& path, Power sample, Power budget, Seconds now);

  /// Closes what still lasts, and writes events and throttling into the report.
  void finish(Seconds now, Report& report);

 private:
  /// One decision about many servers counts once: it has one time and one cause.
  struct Counter {
    std::string_view kind;
    std::uint64_t Throttling::*count;
    double time = -1;
    std::uint32_t cause = 0;
  };
  void count(std::string_view kind, const EventRecord& record);

  std::vector<EventRecord> records_;
  EventTexts texts_;
  std::vector<std::optional<std::uint32_t>> overloads_;  ///< by monitored node
  Throttling throttling_;
  std::array<Counter, 3> counters_{{{"clock_lock", &Throttling::clock_locks},
                                    {"power_cap", &Throttling::cap_events},
                                    {"power_brake", &Throttling::brakes}}};
};

}  // namespace headroom
