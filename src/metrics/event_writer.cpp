#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

Json event_of(const EventRecord& event, const EventTexts& texts) {
  Json json = {{"time_s", event.time_s}};
  if (is_decision(event.type)) {
    json["decided_s"] = event.time_s;
    json["effective_s"] = event.effective_s;
  }
  json["kind"] = word_of(event.type);
  json["target"] = texts[event.target];
  json["cause"] = texts[event.cause];
  if (event.type == EventType::clock_lock) json["clock_mhz"] = event.value / 1e6;
  if (event.type == EventType::power_cap || event.type == EventType::thermal_throttle ||
      event.type == EventType::overload)
    json["power_w"] = event.value;
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
