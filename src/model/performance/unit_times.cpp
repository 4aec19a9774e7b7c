#include "model/performance/unit_times.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace headroom {
namespace {

bool is_of(const UnitTime& row, const std::string& gpu, std::uint32_t gpus) {
  return row.gpus == gpus && (row.gpu.empty() || row.gpu == gpu);
}

}  // namespace

void UnitTime::fields(Fields& f) {
  f.required("unit", unit, "what is counted: a denoising step, a frame, a scene");
  f("gpu", gpu, "which GPU, as /hardware/gpu/name; empty: any");
  f("gpus", gpus, "GPUs of the instance", Range::between(1, 1024));
  f.required("time_s", time, "of one unit at the highest clock", Range::period());
  f("power_w", power, "of all GPUs of the instance meanwhile; absent: as idle with a model loaded", Range::power());
}

const UnitTime* find_unit(const std::vector<UnitTime>& rows, std::string_view unit, const std::string& gpu,
                          std::uint32_t gpus) {
  const auto row =
      std::ranges::find_if(rows, [&](const UnitTime& one) { return one.unit == unit && is_of(one, gpu, gpus); });
  return row != rows.end() ? &*row : nullptr;
}

bool knows_instance(const std::vector<UnitTime>& rows, const std::string& gpu, std::uint32_t gpus) {
  return std::ranges::any_of(rows, [&](const UnitTime& row) { return is_of(row, gpu, gpus); });
}

std::string known_instances(const std::vector<UnitTime>& rows) {
  std::set<std::pair<std::string, std::uint32_t>> known;
  for (const UnitTime& row : rows) known.emplace(row.gpu, row.gpus);
  std::vector<std::string> names;
  for (const auto& [gpu, gpus] : known) names.push_back(std::to_string(gpus) + " x " + (gpu.empty() ? "any GPU" : gpu));
  return join(names, ", ");
}

}  // namespace headroom
