#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/controller.hpp"
#include "metrics/report.hpp"

namespace headroom {

/// Remembers what controllers decided and when it acted, for events.json and the throttle counts.
class EventLog {
 public:
  explicit EventLog(std::size_t servers) : servers_(servers) {}

  /// Notes a decision; returns its number, by which `landed` finds it again.
  std::uint32_t decided(const Action& action, const std::string& target, const std::string& cause, Seconds now,
                        Seconds effective);
  /// The decision acts from `now` on: ends what it replaces, and counts towards throttled time.
  void landed(std::uint32_t decision, const Action& action, Seconds now);
  /// A protection device brakes this server for the rest of the run.
  void held(ServerId server, const std::string& target, const std::string& cause, Seconds now);
  /// A GPU of this server limits its power by its temperature; returns the number for `cooled`.
  std::uint32_t throttled(const std::string& target, const std::string& cause, Power limit, Seconds now);
  /// A throttling is over.
  void cooled(std::uint32_t throttling, Seconds now) { end(throttling, now); }
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
  /// What lasts on a server, as indices of the records that began it.
  struct Server {
    std::optional<std::uint32_t> lock, cap, brake;
    std::optional<std::uint32_t> held_brake;  ///< of a protection device, to the end of the run
    double throttled_since = 0;
    [[nodiscard]] bool throttled() const { return lock || cap || brake || held_brake; }
  };

  void end(std::optional<std::uint32_t> lasting, Seconds now);
  static std::optional<std::uint32_t>& release_target(Server& server, Release::What what);
  EventRecord& note(EventType type, const std::string& target, const std::string& cause, Seconds now);
  void count(const EventRecord& record);

  std::vector<Server> servers_;
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
