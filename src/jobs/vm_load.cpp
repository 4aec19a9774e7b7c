#include "jobs/vm_load.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "headroom/trigonometry.hpp"
#include "table/table_file.hpp"

namespace headroom {
namespace {

constexpr double kDay_s = 86400;
constexpr std::uint64_t kDaysOfWeek = 7;
constexpr std::uint64_t kWorkingDays = 5;
constexpr double kRounding = 1e-4;  // of a step: dates lie on whole nanoseconds
constexpr double kCut = 3;          // standard deviations

/// A working day is a bump, the square of a raised cosine, over the night.
double load_at(double time_s, const VmShapeConfig& shape) {
  const auto day = static_cast<std::uint64_t>(time_s / kDay_s);
  if (day % kDaysOfWeek >= kWorkingDays) return shape.weekend_fraction;
  const double raised = 0.5 * (1 + portable::phasor((time_s - shape.peak.value()) / kDay_s).real());
  return shape.night_fraction + (1 - shape.night_fraction) * raised * raised;
}

/// The load in the middle of each step.
std::vector<double> generated(const VmsConfig& config) {
  std::vector<double> loads;
  for (std::size_t i = 0; i < config.steps(); ++i)
    loads.push_back(load_at((static_cast<double>(i) + 0.5) * config.step.value(), config.shape));
  return loads;
}

std::vector<double> read(const VmsConfig& config, Warnings& warnings) {
  const auto points = read_table(config.shape.path, "t_start_s", "", warnings);
  const auto fail = [&](const TablePoint& at, const char* what) {
    throw InputError(config.shape.path + ":" + std::to_string(at.line), what);
  };
  if (points.empty()) throw InputError(config.shape.path, "the shape has no rows");
  if (points.front().x != 0) fail(points.front(), "the shape must begin at t_start_s 0");
  for (const TablePoint& point : points)
    if (point.y < 0 || point.y > 1) fail(point, "a load must be from 0 to 1");
  std::vector<double> loads;
  std::size_t at = 0;
  for (std::size_t i = 0; i < config.steps(); ++i) {
    const double middle = (static_cast<double>(i) + 0.5) * config.step.value();
    while (at + 1 < points.size() && points[at + 1].x <= middle) ++at;
    loads.push_back(points[at].y);
  }
  return loads;
}

}  // namespace

VmLoad::VmLoad(const VmsConfig& config, std::uint64_t seed, Warnings& warnings)
    : noise_(config.noise_fraction),
      step_(config.step * config.time_stretch),
      begun_(config.begin / config.step),
      seed_(hash(seed, "vms/noise")),
      shape_(config.shape.path.empty() ? generated(config) : read(config, warnings)) {}

std::uint64_t VmLoad::number_at(Seconds date) const {
  return static_cast<std::uint64_t>(std::floor(begun_ + date / step_ + kRounding));
}

Seconds VmLoad::begin_of(std::uint64_t number) const {
  return step_ * (static_cast<double>(number) - begun_);
}

std::size_t VmLoad::in_cycle(std::uint64_t number) const {
  return static_cast<std::size_t>(number % shape_.size());
}

double VmLoad::shape_at(std::size_t step, Seconds phase) const {
  const auto late = static_cast<std::size_t>(std::llround(phase / step_)) % shape_.size();
  return shape_[(step + shape_.size() - late) % shape_.size()];
}

Power VmLoad::power(double level, double load, double noise, const GpuRange& gpu) const {
  const Power above = std::max(Power(), gpu.tdp * level - gpu.idle);
  return std::clamp(gpu.idle + above * (load * (1 + noise)), gpu.idle, gpu.tdp);
}

double VmLoad::noise(std::uint64_t of, std::uint64_t number) const {
  if (noise_ == 0) return 0;
  const double part = std::clamp(unit(hash(hash(seed_, of), number)), 1e-9, 1 - 1e-9);
  return noise_ * std::clamp(normal_quantile(part), -kCut, kCut);
}

Power VmLoad::drawn(const VmSpec& machine, const VmGroup& group, std::uint32_t which, std::uint64_t number,
                    Seconds since, const GpuRange& gpu) const {
  if (machine.record) {
    const Seconds from = std::max(Seconds(), begin_of(number) - since);
    return std::clamp(gpu.tdp * machine.record->mean(from, begin_of(number + 1) - since), gpu.idle, gpu.tdp);
  }
  return power(group.level_fraction, shape_at(in_cycle(number), group.phase), noise(2 * std::uint64_t{which}, number),
               gpu);
}

LoadSeries VmLoad::expected(const VmGroup& group, std::uint32_t which, const GpuRange& gpu) const {
  LoadSeries series;
  for (std::size_t i = 0; i < steps(); ++i)
    series.push_back(
        power(group.was_level_fraction, shape_at(i, group.phase), noise(2 * std::uint64_t{which} + 1, i), gpu).value());
  return series;
}

}  // namespace headroom
