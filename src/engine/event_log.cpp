#include "engine/event_log.hpp"

#include <array>
#include <utility>

namespace headroom {
namespace {

const char* kind_of(const Action& action) {
  constexpr std::array releases = {"clock_release", "cap_release", "brake_release"};
  if (std::holds_alternative<LockClock>(action)) return "clock_lock";
  if (std::holds_alternative<CapPower>(action)) return "power_cap";
  if (std::holds_alternative<PowerBrake>(action)) return "power_brake";
  return releases[static_cast<std::size_t>(std::get<Release>(action).what)];
}

ServerId server_of(const Action& action) {
  return std::visit([](const auto& a) { return a.server; }, action);
}

}  // namespace

std::uint32_t EventLog::decided(const Action& action, const std::string& target, std::string cause, Seconds now,
                                Seconds effective) {
  EventRecord record;
  record.time_s = record.decided_s.emplace(now.value());
  record.effective_s = effective.value();
  record.kind = kind_of(action);
  record.target = target;
  record.cause = std::move(cause);
  if (const auto* lock = std::get_if<LockClock>(&action)) record.clock_mhz = lock->clock.value() / 1e6;
  if (const auto* cap = std::get_if<CapPower>(&action)) record.power_w = cap->per_gpu.value();
  records_.push_back(std::move(record));
  count(action, records_.back());
  return static_cast<std::uint32_t>(records_.size() - 1);
}

/// One decision about many servers counts once: it has one time and one cause.
void EventLog::count(const Action& action, const EventRecord& record) {
  const auto once = [&](LastCount& last, std::uint64_t& counter) {
    if (last.time == record.time_s && last.cause == record.cause) return;
    last = {record.time_s, record.cause};
    ++counter;
  };
  if (std::holds_alternative<LockClock>(action)) once(last_lock_, throttling_.clock_locks);
  if (std::holds_alternative<CapPower>(action)) once(last_cap_, throttling_.cap_events);
  if (std::holds_alternative<PowerBrake>(action)) once(last_brake_, throttling_.brakes);
}

void EventLog::landed(std::uint32_t decision, const Action& action, Seconds now) {
  Server& server = servers_[server_of(action).index()];
  const bool before = server.throttled();
  if (std::holds_alternative<LockClock>(action)) end(std::exchange(server.lock, decision), now);
  else if (std::holds_alternative<CapPower>(action)) end(std::exchange(server.cap, decision), now);
  else if (std::holds_alternative<PowerBrake>(action)) end(std::exchange(server.brake, decision), now);
  else {
    auto& lasting = release_target(server, std::get<Release>(action).what);
    end(std::exchange(lasting, std::nullopt), now);
  }
  if (!before && server.throttled()) server.throttled_since = now.value();
  if (before && !server.throttled()) throttling_.throttled_server_s += now.value() - server.throttled_since;
}

std::optional<std::uint32_t>& EventLog::release_target(Server& server, Release::What what) {
  switch (what) {
    case Release::What::clock:
      return server.lock;
    case Release::What::cap:
      return server.cap;
    case Release::What::brake:
      break;
  }
  return server.brake;
}

void EventLog::end(std::optional<std::uint32_t> lasting, Seconds now) {
  if (lasting) records_[*lasting].duration_s = now.value() - *records_[*lasting].effective_s;
}

void EventLog::tripped(Seconds now, const std::string& node, std::string cause) {
  EventRecord record;
  record.time_s = now.value();
  record.kind = "trip";
  record.target = node;
  record.cause = std::move(cause);
  records_.push_back(std::move(record));
  ++throttling_.trips;
}

void EventLog::sampled(std::size_t node, const std::string& path, Power sample, Power budget, Seconds now) {
  if (overloads_.size() <= node) overloads_.resize(node + 1);
  auto& lasting = overloads_[node];
  if (sample > budget && !lasting) {
    EventRecord record;
    record.time_s = now.value();
    record.kind = "overload";
    record.target = path;
    record.cause = "telemetry sample above the budget";
    record.power_w = sample.value();
    lasting = static_cast<std::uint32_t>(records_.size());
    records_.push_back(std::move(record));
  } else if (sample <= budget && lasting) {
    records_[*lasting].duration_s = now.value() - records_[*lasting].time_s;
    lasting.reset();
  }
}

void EventLog::finish(Seconds now, Report& report) {
  for (Server& server : servers_) {
    if (server.throttled()) throttling_.throttled_server_s += now.value() - server.throttled_since;
    for (const auto& lasting : {server.lock, server.cap, server.brake}) end(lasting, now);
  }
  for (const auto& lasting : overloads_)
    if (lasting) records_[*lasting].duration_s = now.value() - records_[*lasting].time_s;
  report.throttle = throttling_;
  report.events = std::move(records_);
}

}  // namespace headroom
