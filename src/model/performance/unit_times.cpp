#include "model/performance/unit_times.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.hpp"

namespace headroom {

std::string UnitDevice::name() const {
  if (cpu_cores > 0) return counted(cpu_cores, "CPU core");
  return std::to_string(gpus) + " x " + (gpu.empty() ? "any GPU" : gpu);
}

void UnitTime::fields(Fields& f) {
  f.required("unit", unit, "what is counted: a denoising step, a frame, a scene");
  f("gpu", gpu, "which GPU, as /hardware/gpu/name; empty: any");
  f("gpus", gpus, "GPUs of the instance", Range::between(1, 1024));
  f("cpu_cores", cpu_cores, "CPU cores of the instance, in place of GPUs", Range::between(1, 65535));
  f.required("time_s", time, "of one unit, at the highest clock of the GPUs", Range::period());
  f("power_w", power,
    "of all GPUs of the instance meanwhile; absent: as idle with a model loaded. Of CPU cores what they draw beside "
    "an idle host; absent: nothing",
    Range::power());
}

void UnitTime::check(const Scope& scope) const {
  if (cpu_cores && !gpu.empty()) scope.at("gpu").problem("cannot stand beside cpu_cores: an instance has either");
  if (cpu_cores && gpus > 1) scope.at("gpus").problem("cannot stand beside cpu_cores: an instance has either");
}

bool UnitTime::is_of(const UnitDevice& device) const {
  if (cpu_cores || device.cpu_cores > 0) return cpu_cores == device.cpu_cores;
  return gpus == device.gpus && (gpu.empty() || gpu == device.gpu);
}

const UnitTime* find_unit(const std::vector<UnitTime>& rows, std::string_view unit, const UnitDevice& device) {
  const auto row =
      std::ranges::find_if(rows, [&](const UnitTime& one) { return one.unit == unit && one.is_of(device); });
  return row != rows.end() ? &*row : nullptr;
}

bool knows_instance(const std::vector<UnitTime>& rows, const UnitDevice& device) {
  return std::ranges::any_of(rows, [&](const UnitTime& row) { return row.is_of(device); });
}

std::string known_instances(const std::vector<UnitTime>& rows) {
  std::set<std::tuple<std::uint32_t, std::string, std::uint32_t>> known;
  for (const UnitTime& row : rows) known.emplace(row.cpu_cores.value_or(0), row.gpu, row.gpus);
  std::vector<std::string> names;
  for (const auto& [cores, gpu, gpus] : known) names.push_back(UnitDevice{gpu, gpus, cores}.name());
  return join(names, ", ");
}

}  // namespace headroom
