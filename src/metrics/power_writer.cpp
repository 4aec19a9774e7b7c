#include "base/interrupt.hpp"
#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

Json series_of(const NodeResult& node) {
  const auto values = node.meter.series().values();
  Json json = Json::object();
  if (node.budget) json["budget_w"] = node.budget->value();
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
  const char* separator = "";
  for (const auto& node : report.nodes) {
    stop_if_interrupted();
    out << separator << Json(node.path).dump() << ':'
        << finite_text(series_of(node), "power.json: /nodes/" + pointer_step(node.path));
    separator = ",";
  }
  out << "}}\n";
  out.close();
}

}  // namespace headroom
