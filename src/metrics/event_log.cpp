#include "metrics/event_log.hpp"

#include <array>
#include <utility>

namespace headroom {
namespace {

EventType type_of(const Action& action) {
  constexpr std::array releases = {EventType::clock_release, EventType::cap_release, EventType::brake_release};
  if (std::holds_alternative<LockClock>(action)) return EventType::clock_lock;
  if (std::holds_alternative<CapPower>(action)) return EventType::power_cap;
  if (std::holds_alternative<PowerBrake>(action)) return EventType::power_brake;
  return releases[static_cast<std::size_t>(std::get<Release>(action).what)];
}

}  // namespace

std::uint32_t EventLog::decided(const Action& action, const std::string& target, const std::string& cause, Seconds now,
                                Seconds effective) {
  EventRecord& record = note(type_of(action), target, cause, now);
  record.effective_s = effective.value();
  if (const auto* lock = std::get_if<LockClock>(&action)) record.value = lock->clock.value();
  if (const auto* cap = std::get_if<CapPower>(&action)) record.value = cap->per_gpu.value();
  count(record);
  return static_cast<std::uint32_t>(records_.size() - 1);
}

EventRecord& EventLog::note(EventType type, const std::string& target, const std::string& cause, Seconds now) {
  EventRecord& record = records_.emplace_back();
  record.time_s = now.value();
  record.type = type;
  record.target = texts_.add(target);
  record.cause = texts_.add(cause);
  return record;
}

/// One decision about many servers counts once: it has one time and one cause.
void EventLog::count(const EventRecord& record) {
  const auto once = [&](LastCount& last, std::uint64_t& counter) {
    if (last.time == record.time_s && last.cause == record.cause) return;
    last = {record.time_s, record.cause};
    ++counter;
  };
  if (record.type == EventType::clock_lock) once(last_lock_, throttling_.clock_locks);
  if (record.type == EventType::power_cap) once(last_cap_, throttling_.cap_events);
  if (record.type == EventType::power_brake) once(last_brake_, throttling_.brakes);
}

std::uint32_t EventLog::throttled(const std::string& target, const std::string& cause, Power limit, Seconds now) {
  EventRecord& record = note(EventType::thermal_throttle, target, cause, now);
  record.effective_s = now.value();
  record.value = limit.value();
  return static_cast<std::uint32_t>(records_.size() - 1);
}

void EventLog::tripped(Seconds now, const std::string& node, const std::string& cause) {
  note(EventType::trip, node, cause, now);
  ++throttling_.trips;
}

void EventLog::sampled(std::size_t node, const std::string& path, Power sample, Power budget, Seconds now) {
  if (overloads_.size() <= node) overloads_.resize(node + 1);
  auto& lasting = overloads_[node];
  if (sample > budget && !lasting) {
    lasting = static_cast<std::uint32_t>(records_.size());
    note(EventType::overload, path, "telemetry sample above the budget", now).value = sample.value();
  } else if (sample <= budget && lasting) {
    records_[*lasting].duration_s = now.value() - records_[*lasting].time_s;
    lasting.reset();
  }
}

void EventLog::finish(Seconds now, Report& report) {
  for (const auto& lasting : overloads_)
    if (lasting) records_[*lasting].duration_s = now.value() - records_[*lasting].time_s;
  report.throttle = throttling_;
  report.events = std::move(records_);
  report.texts = std::move(texts_);
}

}  // namespace headroom
