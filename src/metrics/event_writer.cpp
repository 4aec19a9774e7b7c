#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

Json event_of(const EventRecord& event, const EventTexts& texts) {
  Json json = {{"time_s", event.time_s}};
  if (event.is_decision) {
    json["decided_s"] = event.time_s;
    json["effective_s"] = event.effective_s;
  }
  json["kind"] = texts.kind(event);
  json["target"] = texts[event.target];
  json["cause"] = texts[event.cause];
  if (event.value_name != EventRecord::kNoValue) json[texts[event.value_name]] = event.value;
  if (event.duration_s >= 0) json["duration_s"] = event.duration_s;
  return json;
}

}  // namespace

/// Record by record: a long run has millions.
void write_events(const Report& report, const std::filesystem::path& file) {
  OutputFile out(file);
  out << "{\"events\": [";
  const char* separator = "\n";
  for (const auto& event : report.events) {
    out << separator << finite_text(event_of(event, report.texts), "events.json: /events");
    separator = ",\n";
  }
  out << "\n]}\n";
  out.close();
}

}  // namespace headroom
