#include <map>
#include <string>
#include <vector>

#include "base/interrupt.hpp"
#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

/// Dates of the trips of the devices of nodes, by path.
std::map<std::string, std::vector<double>> trips_of(const Report& report) {
  std::map<std::string, std::vector<double>> trips;
  for (const EventRecord& event : report.events)
    if (report.texts.kind(event) == "trip") trips[report.texts[event.target]].push_back(event.time_s);
  return trips;
}

Json series_of(const NodeResult& node, const std::map<std::string, std::vector<double>>& trips) {
  const auto values = node.meter.series().values();
  Json json = Json::object();
  if (node.budget) json["budget_w"] = node.budget->value();
  if (node.rating) json["rating_w"] = node.rating->value();
  if (const auto of_node = trips.find(node.path); of_node != trips.end()) json["trips_s"] = of_node->second;
  json["mean_w"] = values.mean_w;
  json["max_w"] = values.max_w;
  json["min_w"] = values.min_w;
  return json;
}

}  // namespace

/// Node by node: a large site has many long series.
void write_power(const Report& report, const std::filesystem::path& file) {
  OutputFile out(file);
  const Seconds bin = report.nodes.empty() ? Seconds() : report.nodes.front().meter.series().bin();
  out << R"({"format":1,"start_s":0.0,"bin_s":)" << Json(bin.value()).dump() << R"(,"nodes":{)";
  const auto trips = trips_of(report);
  const char* separator = "";
  for (const auto& node : report.nodes) {
    stop_if_interrupted();
    out << separator << Json(node.path).dump() << ':'
        << finite_text(series_of(node, trips), "power.json: /nodes/" + pointer_step(node.path));
    separator = ",";
  }
  out << "}}\n";
  out.close();
}

}  // namespace headroom
