#include <algorithm>
#include <span>

#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

using Records = std::span<const EventRecord>;

/// Whether two records are of one decision, which acts at the same time in the same way and landed on both.
bool is_one_decision(const EventRecord& a, const EventRecord& b) {
  return a.is_decision && b.is_decision && a.time_s == b.time_s && a.effective_s == b.effective_s && a.kind == b.kind &&
         a.cause == b.cause && a.value_name == b.value_name && a.value == b.value &&
         (a.duration_s >= 0) == (b.duration_s >= 0);
}

/// One target by its path; of several how many and which.
void add_targets(Json& json, Records records, const EventTexts& texts) {
  if (records.size() == 1) {
    json["target"] = texts[records.front().target];
    return;
  }
  json["count"] = records.size();
  Json& targets = json["paths"] = Json::array();
  for (const EventRecord& record : records) targets.push_back(texts[record.target]);
}

void add_durations(Json& json, Records records) {
  const double first = records.front().duration_s;
  if (first < 0) return;
  if (std::ranges::all_of(records, [&](const EventRecord& record) { return record.duration_s == first; })) {
    json["duration_s"] = first;
    return;
  }
  Json& durations = json["durations_s"] = Json::array();
  for (const EventRecord& record : records) durations.push_back(record.duration_s);
}

Json event_of(Records records, const EventTexts& texts) {
  const EventRecord& event = records.front();
  Json json = {{"time_s", event.time_s}};
  if (event.is_decision) {
    json["decided_s"] = event.time_s;
    json["effective_s"] = event.effective_s;
  }
  json["kind"] = texts.kind(event);
  add_targets(json, records, texts);
  json["cause"] = texts[event.cause];
  if (event.value_name != EventRecord::kNoValue) json[texts[event.value_name]] = event.value;
  add_durations(json, records);
  return json;
}

}  // namespace

/// Decision by decision: a long run has millions of records.
void write_events(const Report& report, const std::filesystem::path& file) {
  OutputFile out(file);
  out << "{\"events\": [";
  const char* separator = "\n";
  for (auto first = report.events.begin(); first != report.events.end();) {
    const auto end = std::find_if_not(std::next(first), report.events.end(),
                                      [&](const EventRecord& event) { return is_one_decision(*first, event); });
    out << separator << finite_text(event_of({first, end}, report.texts), "events.json: /events");
    separator = ",\n";
    first = end;
  }
  out << "\n]}\n";
  out.close();
}

}  // namespace headroom
