#include "app/memory_limit.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <string>

#include "base/problem.hpp"

namespace headroom {
namespace {

constexpr double kShare = 0.8;

/// From the kernel; infinity where it does not say.
double available_mib() {
  std::ifstream in("/proc/meminfo");
  std::string name, unit;
  double kib = 0;
  while (in >> name >> kib && std::getline(in, unit))
    if (name == "MemAvailable:") return kib / 1024;
  return std::numeric_limits<double>::infinity();
}

}  // namespace

double memory_limit_mib(std::optional<double> asked) {
  if (asked && !std::isfinite(*asked)) throw InputError("--max-memory", "must be a number of MiB");
  return asked ? *asked : kShare * available_mib();
}

}  // namespace headroom
