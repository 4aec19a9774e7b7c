#include "grid/grid_files.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "base/file.hpp"
#include "base/interrupt.hpp"
#include "base/output_file.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "config/finite_json.hpp"
#include "config/json_append.hpp"
#include "config/result_json.hpp"

namespace headroom {
namespace {

constexpr int kFormat = 1;

Json json_of(const Spectrum& spectrum) {
  Json frequencies = Json::array();
  for (std::size_t k = 0; k < spectrum.psd.size(); ++k) frequencies.push_back(spectrum.frequency_hz(k));
  return {
      {"frequency_hz", std::move(frequencies)}, {"amplitude_w", spectrum.amplitude_w}, {"psd_w2_per_hz", spectrum.psd}};
}

/// The shortest text that reads back as this float.
void append_shortest(std::string& text, float number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

/// What was recorded at a node as JSON. Not by way of a Json, which would write a float with the 17 digits of a double.
std::string text_of(const GridNode& node, const std::string& where) {
  const PowerTrace& trace = node.trace;
  expect_finite(static_cast<double>(trace.between_w), where);
  expect_finite(static_cast<double>(trace.beyond_rms_w), where);
  std::string text = "{\"start_s\":" + Json(trace.start.value()).dump() +
                     ",\"sample_s\":" + Json(trace.sample.value()).dump() + ",\"between_samples_w\":";
  append_shortest(text, trace.between_w);
  text += ",\"beyond_samples_rms_w\":";
  append_shortest(text, trace.beyond_rms_w);
  if (std::isfinite(node.recorded_to.value())) text += ",\"recorded_to_hz\":" + Json(node.recorded_to.value()).dump();
  text += ",\"power_w\":[";
  for (std::size_t i = 0; i < trace.power_w.size(); ++i) {
    if (i > 0) text += ',';
    expect_finite(static_cast<double>(trace.power_w[i]), where);
    append_shortest(text, trace.power_w[i]);
  }
  return text + "]}";
}

const Json& member(const Json& object, const char* key, const std::string& where) {
  if (!object.is_object()) throw InputError(where, "must be an object");
  const auto found = object.find(key);
  if (found == object.end()) throw InputError(where + "/" + key, "missing");
  return *found;
}

double number(const Json& object, const char* key, const std::string& where) {
  const Json& value = member(object, key, where);
  if (!value.is_number()) throw InputError(where + "/" + key, "must be a number");
  return value.get<double>();
}

/// Of what a version before did not write.
double number_or(const Json& object, const char* key, double absent, const std::string& where) {
  return object.is_object() && object.contains(key) ? number(object, key, where) : absent;
}

PowerTrace trace_of(const Json& json, const std::string& where) {
  PowerTrace trace{Seconds(number(json, "start_s", where)), Seconds(number(json, "sample_s", where)), {}};
  trace.between_w = static_cast<float>(number_or(json, "between_samples_w", 0.0, where));
  trace.beyond_rms_w = static_cast<float>(number_or(json, "beyond_samples_rms_w", 0.0, where));
  constexpr Range range = Range::period();
  if (trace.sample.value() < range.min || trace.sample.value() > range.max)
    throw InputError(where + "/sample_s", "must be from " + shortest(range.min) + " to " + shortest(range.max));
  const Json& samples = member(json, "power_w", where);
  if (!samples.is_array()) throw InputError(where + "/power_w", "must be a list");
  trace.power_w.reserve(samples.size());
  for (const Json& sample : samples) {
    if (!sample.is_number() || !std::isfinite(sample.get<float>()))
      throw InputError(where + "/power_w/" + std::to_string(trace.power_w.size()), "must be a finite number");
    trace.power_w.push_back(sample.get<float>());
  }
  return trace;
}

GridNode node_of(const std::string& path, const Json& json, const std::string& where) {
  GridNode node{path, trace_of(json, where)};
  node.recorded_to = Hertz(number_or(json, "recorded_to_hz", node.recorded_to.value(), where));
  if (node.recorded_to <= Hertz(0)) throw InputError(where + "/recorded_to_hz", "must be above 0");
  return node;
}

}  // namespace

Json grid_json(std::span<const GridResult> results) {
  Json json = Json::object();
  for (const GridResult& result : results) append(json, result.path, result_json(slot_of(result)));
  return json;
}

void write_spectrum(std::span<const GridResult> results, const std::filesystem::path& file) {
  Json json = {{"format", kFormat}, {"nodes", Json::object()}};
  for (const GridResult& result : results)
    if (result.measured()) append(json["nodes"], result.path, json_of(result.spectrum));
  write_file(file, finite_text(json, "spectrum.json: ") + "\n");
}

void write_grid(std::span<const GridNode> nodes, const std::filesystem::path& file) {
  OutputFile out(file);
  out << "{\"format\":" << kFormat << ",\"nodes\":{";
  const char* separator = "\n";
  for (const GridNode& node : nodes) {
    stop_if_interrupted();
    out << separator << Json(node.path).dump() << ":"
        << text_of(node, "grid.json: /nodes/" + pointer_step(node.path) + "/power_w");
    separator = ",\n";
  }
  out << "\n}}\n";
  out.close();
}

std::vector<GridNode> read_grid(const std::filesystem::path& file) {
  const Json json = parse_json_file(file);
  if (!json.is_object()) throw InputError(file.string(), "must hold a JSON object");
  const std::string where = file.string() + ": ";
  if (number(json, "format", where) != kFormat) throw InputError(where + "/format", "must be 1");
  std::vector<GridNode> nodes;
  for (const auto& [path, trace] : member(json, "nodes", where).items())
    nodes.push_back(node_of(path, trace, where + "/nodes/" + pointer_step(path)));
  return nodes;
}

}  // namespace headroom
