#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/controller.hpp"
#include "metrics/report.hpp"

namespace headroom {

/// Remembers what was decided and when it acted, for events.json and the throttle counts.
class EventLog {
 public:
  /// Notes a decision; returns its number, by which `end` finds it again.
  std::uint32_t decided(const Action& action, const std::string& target, const std::string& cause, Seconds now,
                        Seconds effective);
  /// What this decision did is over.
  void end(std::uint32_t decision, Seconds now) {
    records_[decision].duration_s = now.value() - records_[decision].effective_s;
  }
  /// A server was held by limits for so long.
  void throttled_for(double seconds) { throttling_.throttled_server_s += seconds; }
  /// A GPU of this server limits its power by its temperature; returns the number for `end`.
  std::uint32_t throttled(const std::string& target, const std::string& cause, Power limit, Seconds now);
  /// A protection device tripped.
  void tripped(Seconds now, const std::string& node, const std::string& cause);
  /// The backstop of a site with training jobs does something.
  void backstopped(Seconds now, const std::string& node, const std::string& cause) {
    note(EventType::backstop, node, cause, now);
  }
  /// A telemetry sample: runs of samples above the budget are overloads.
  void sampled(std::size_t node, const std::string& path, Power sample, Power budget, Seconds now);

  /// Closes what still lasts, and writes events and throttling into the report.
  void finish(Seconds now, Report& report);

 private:
  EventRecord& note(EventType type, const std::string& target, const std::string& cause, Seconds now);
  void count(const EventRecord& record);

  std::vector<EventRecord> records_;
  EventTexts texts_;
  std::vector<std::optional<std::uint32_t>> overloads_;  ///< by monitored node
  Throttling throttling_;
  struct LastCount {
    double time = -1;
    std::uint32_t cause = 0;
  };
  LastCount last_lock_, last_cap_, last_brake_;
};

}  // namespace headroom
