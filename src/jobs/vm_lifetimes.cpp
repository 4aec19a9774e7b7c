#include "jobs/vm_lifetimes.hpp"

#include <cmath>

namespace headroom {
namespace {

constexpr double kDay = 86400;

/// The stretch that a number from 0 to 1 falls into, where each has the weight that `weight` gives it.
template <class Weight>
const VmLifeStretch& stretch_at(double part, Weight weight) {
  double all = 0;
  for (const VmLifeStretch& one : kVmLifetimes) all += weight(one);
  double left = part * all;
  for (const VmLifeStretch& one : kVmLifetimes) {
    left -= weight(one);
    if (left < 0) return one;
  }
  return kVmLifetimes.back();
}

}  // namespace

Seconds life(RandomStream& random) {
  const VmLifeStretch& in = stretch_at(random.uniform(), [](const VmLifeStretch& one) { return one.fraction; });
  return Seconds(kDay * (in.from_d + (in.to_d - in.from_d) * random.uniform()));
}

Seconds life_left(RandomStream& random) {
  const VmLifeStretch& in = stretch_at(
      random.uniform(), [](const VmLifeStretch& one) { return one.fraction * 0.5 * (one.from_d + one.to_d); });
  const double squares = in.to_d * in.to_d - in.from_d * in.from_d;
  const double whole = std::sqrt(in.from_d * in.from_d + squares * random.uniform());
  return Seconds(kDay * whole * random.uniform());
}

}  // namespace headroom
