#pragma once

#include <array>

#include "base/random.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Lifetimes within which a share of machines lies, all equally likely.
struct VmLifeStretch {
  double from_d;
  double to_d;
  double fraction;
};

/// Lifetimes of GPU machines in a cloud: TAPAS (ASPLOS 2025), figure 12a, which ends at 28 days. What lives longer
/// lives up to 150 days here: then a server hosts 1.7 machines in a month in the mean, as in figure 12b.
inline constexpr std::array<VmLifeStretch, 7> kVmLifetimes{
    {{0, 0.5, 0.12}, {0.5, 2, 0.01}, {2, 7, 0.09}, {7, 14, 0.13}, {14, 16, 0.24}, {16, 28, 0.01}, {28, 150, 0.40}}};

/// Of a machine that comes.
[[nodiscard]] Seconds life(RandomStream& random);
/// What is left to one that is met at some time: long lives are met more often, at any of their days.
[[nodiscard]] Seconds life_left(RandomStream& random);

}  // namespace headroom
