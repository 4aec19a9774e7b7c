#include "report/decisions.hpp"

#include <algorithm>

#include "base/problem.hpp"
#include "report/lookup.hpp"

namespace headroom {
namespace {

bool is_one_decision(const RunEvent& a, const RunEvent& b) {
  return a.time_s == b.time_s && a.kind == b.kind && a.cause == b.cause;
}

Json decision_of(const RunEvent& first, const RunEvent& last, std::size_t count) {
  Json json = {{"time_s", first.time_s}, {"kind", first.kind}, {"count", count}, {"cause", first.cause}};
  json["target"] = count == 1 ? first.target : first.target + " to " + last.target;
  if (first.effective_s != first.time_s) json["effective_s"] = first.effective_s;
  if (first.clock_mhz) json["clock_mhz"] = *first.clock_mhz;
  if (first.power_w) json["power_w"] = *first.power_w;
  if (first.landed) json["duration_s"] = first.duration_s;
  return json;
}

/// Of a record, without the targets that it lists.
RunEvent event_of(const Json& record, const std::string& where) {
  const auto time = number_at(record, "/time_s");
  if (!time) throw InputError(where + "/time_s", "must be a number");
  const auto duration = number_at(record, "/duration_s");
  return {.time_s = *time,
          .effective_s = number_at(record, "/effective_s").value_or(*time),
          .duration_s = duration.value_or(0),
          .landed = duration.has_value(),
          .kind = text_at(record, "/kind"),
          .target = text_at(record, "/target"),
          .cause = text_at(record, "/cause"),
          .clock_mhz = number_at(record, "/clock_mhz"),
          .power_w = number_at(record, "/power_w")};
}

}  // namespace

std::vector<RunEvent> events_of(const RunOutput& run) {
  std::vector<RunEvent> events;
  std::size_t number = 0;
  for (const Json& record : part_at(run.events, "/events")) {
    const std::string where = run.where("events.json", "/events/" + std::to_string(number++));
    const RunEvent event = event_of(record, where);
    const Json& paths = part_at(record, "/paths");
    if (paths.empty()) events.push_back(event);
    const Json& durations = part_at(record, "/durations_s");
    for (std::size_t i = 0; i < (paths.is_array() ? paths.size() : 0); ++i) {
      RunEvent& of_one = events.emplace_back(event);
      if (!paths[i].is_string()) throw InputError(where + "/paths/" + std::to_string(i), "must be text");
      of_one.target = paths[i].get<std::string>();
      if (!durations.is_array() || i >= durations.size() || !durations[i].is_number()) continue;
      of_one.duration_s = durations[i].get<double>();
      of_one.landed = true;
    }
  }
  return events;
}

Json decisions_of(const std::vector<RunEvent>& events, std::size_t most) {
  Json list = Json::array();
  std::size_t count = 0;
  for (auto first = events.begin(); first != events.end(); ++count) {
    const auto end =
        std::find_if(first, events.end(), [&](const RunEvent& event) { return !is_one_decision(*first, event); });
    if (count < most) list.push_back(decision_of(*first, *std::prev(end), static_cast<std::size_t>(end - first)));
    first = end;
  }
  return {{"count", count}, {"list", std::move(list)}};
}

}  // namespace headroom
