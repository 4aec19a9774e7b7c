#include <array>
#include <vector>

#include "base/file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

constexpr std::size_t kQuantiles = 200;

std::vector<double> quantiles_of(const QuantileSketch& sketch) {
  std::array<double, kQuantiles> fractions{};
  for (std::size_t i = 0; i < kQuantiles; ++i) fractions[i] = (static_cast<double>(i) + 0.5) / kQuantiles;
  return sketch.quantiles(fractions);
}

/// Of the latencies that were measured.
Json quantiles_of(const LatencyDigest& latency) {
  Json json = Json::object();
  if (!latency.ttft.empty()) json["ttft_s"] = quantiles_of(latency.ttft);
  if (!latency.tbt.empty()) json["tbt_s"] = quantiles_of(latency.tbt);
  if (!latency.e2e.empty()) json["e2e_s"] = quantiles_of(latency.e2e);
  return json;
}

}  // namespace

void write_latency(const Report& report, const std::filesystem::path& file) {
  Json json = {
      {"format", 1}, {"quantiles", kQuantiles}, {"all", quantiles_of(report.all.latency)}, {"classes", Json::object()}};
  for (const auto& [name, result] : report.classes) json["classes"][name] = quantiles_of(result.latency);
  write_file(file, finite_text(json, "latency.json: ") + "\n");
}

}  // namespace headroom
