#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "headroom/quantity.hpp"

namespace headroom {

/// Input tokens that came in the last half minute, in bins of a second.
class ArrivalWindow {
 public:
  static constexpr Seconds kLongest{30.0};

  void add(std::uint32_t tokens, Seconds now) {
    const auto second = static_cast<std::uint64_t>(now.value());
    Bin& bin = bins_[second % kBins];
    if (bin.second != second) bin = {second, 0};
    bin.tokens += tokens;
    if (longest_.second == second) longest_.tokens += tokens;
    else longest_.second = kNone;
  }

  /// Tokens per second over the last `window`, a whole number of seconds up to `kLongest`: the second under way and
  /// the whole ones before it, over the time that these have lasted.
  [[nodiscard]] double per_s(Seconds window, Seconds now) const {
    const auto second = static_cast<std::uint64_t>(now.value());
    const auto seconds = static_cast<std::uint64_t>(window.value());
    const std::uint64_t tokens = window == kLongest ? in_longest(second) : in(seconds, second);
    const double lasted = window.value() - 1 + (now.value() - static_cast<double>(second));
    return static_cast<double>(tokens) / std::max(lasted, 1.0);
  }

 private:
  static constexpr std::size_t kBins = 30;
  struct Bin {
    std::uint64_t second = 0;
    std::uint64_t tokens = 0;
  };
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

  [[nodiscard]] std::uint64_t in(std::uint64_t seconds, std::uint64_t second) const {
    std::uint64_t tokens = 0;
    for (const Bin& bin : bins_)
      if (bin.tokens > 0 && bin.second + seconds > second) tokens += bin.tokens;
    return tokens;
  }
  [[nodiscard]] std::uint64_t in_longest(std::uint64_t second) const {
    if (longest_.second != second) longest_ = {second, in(kBins, second)};
    return longest_.tokens;
  }

  std::array<Bin, kBins> bins_{};
  mutable Bin longest_{kNone, 0};  ///< the sum over the longest window at a second: routers ask many times in one
};

}  // namespace headroom
