#include "report/holds.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace headroom {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 6> kLanes = {{{"trip", "trip"},
                                                                        {"power_brake", "brake"},
                                                                        {"clock_lock", "lock"},
                                                                        {"power_cap", "cap"},
                                                                        {"thermal_throttle", "heat"},
                                                                        {"overload", "over budget"}}};

struct Interval {
  double from_s = 0, to_s = 0;
};
using Intervals = std::vector<Interval>;

Interval interval_of(const RunEvent& event) {
  return {event.effective_s, event.effective_s + event.duration_s};
}

/// Overlapping ones become one.
Intervals united(Intervals intervals) {
  std::ranges::sort(intervals, {}, &Interval::from_s);
  Intervals united;
  for (const Interval& next : intervals) {
    if (!united.empty() && next.from_s <= united.back().to_s)
      united.back().to_s = std::max(united.back().to_s, next.to_s);
    else united.push_back(next);
  }
  return united;
}

bool is_under(const std::string& target, const std::string& node) {
  return node == "site" || target == node || target.starts_with(node + "/");
}

/// `row0/rack1/server0` of `row0/rack1/server0/instance6`.
std::string server_of(const std::string& target) {
  const auto server = target.find("/server");
  return target.substr(0, target.find('/', server == std::string::npos ? target.size() : server + 1));
}

Lane lane(const std::string& kind, const std::map<std::string, Intervals>& by_target) {
  std::map<double, double> changes;
  for (const auto& [target, intervals] : by_target)
    for (const Interval& held : united(intervals)) {
      ++changes[held.from_s];
      --changes[held.to_s];
    }
  Lane lane{kind, {}, {}};
  double count = 0;
  for (const auto& [time, change] : changes) {
    if (change == 0) continue;
    lane.times_s.push_back(time);
    lane.counts.push_back(count += change);
  }
  return lane;
}

}  // namespace

std::string lane_of(const std::string& kind) {
  const auto* known = std::ranges::find(kLanes, kind, [](const auto& entry) { return std::string_view(entry.first); });
  return known == kLanes.end() ? "" : known->second;
}

std::vector<Lane> lanes_of(std::span<const RunEvent> events, const std::string& node, double end_s) {
  std::vector<Lane> lanes;
  for (const auto& [kind, name] : kLanes) {
    const bool of_node = std::string_view(kind) == "trip" || std::string_view(kind) == "overload";
    std::map<std::string, Intervals> by_target;
    for (const RunEvent& event : events) {
      if (event.kind != kind || !(of_node ? event.target == node : is_under(event.target, node))) continue;
      const Interval held = std::string_view(kind) == "trip" ? Interval{event.time_s, end_s} : interval_of(event);
      if (held.to_s > held.from_s) by_target[of_node ? event.target : server_of(event.target)].push_back(held);
    }
    if (!by_target.empty()) lanes.push_back(lane(name, by_target));
  }
  return lanes;
}

std::map<std::string, double> held_s(std::span<const RunEvent> events) {
  std::map<std::string, Intervals> by_server;
  for (const RunEvent& event : events)
    if (const std::string lane = lane_of(event.kind);
        lane == "lock" || lane == "cap" || lane == "brake" || lane == "heat")
      if (event.duration_s > 0) by_server[server_of(event.target)].push_back(interval_of(event));
  std::map<std::string, double> seconds;
  for (const auto& [server, intervals] : by_server)
    for (const Interval& held : united(intervals)) seconds[server] += held.to_s - held.from_s;
  return seconds;
}

}  // namespace headroom
