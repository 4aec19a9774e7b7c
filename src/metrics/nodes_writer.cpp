#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

Json line_of(const InstancePlace& place) {
  Json row = {
      {"instance", place.instance}, {"server", place.server},     {"rack", place.rack},           {"row", place.row},
      {"pool", place.pool},         {"priority", place.priority}, {"first_gpu", place.first_gpu}, {"gpus", place.gpus},
      {"status", place.status}};
  if (place.cpu_cores > 0) row["cpu_cores"] = place.cpu_cores;
  if (!place.service.empty()) row["service"] = place.service;
  if (!place.variant.empty()) row["variant"] = place.variant;
  return row;
}

}  // namespace

/// A line an instance.
void write_nodes(const std::vector<InstancePlace>& instances, const std::filesystem::path& file) {
  OutputFile out(file);
  out << R"({"format":1,"instances":[)";
  const char* separator = "\n";
  for (const InstancePlace& place : instances) {
    out << separator << line_of(place).dump();
    separator = ",\n";
  }
  out << "\n]}\n";
  out.close();
}

}  // namespace headroom
