#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

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
  }

  /// Tokens per second over the last `window`, a whole number of seconds up to `kLongest`: the second under way and
  /// the whole ones before it, over the time that these have lasted.
  [[nodiscard]] double per_s(Seconds window, Seconds now) const {
    const auto second = static_cast<std::uint64_t>(now.value());
    const auto seconds = static_cast<std::uint64_t>(window.value());
    std::uint64_t tokens = 0;
    for (const Bin& bin : bins_)
      if (bin.tokens > 0 && bin.second + seconds > second) tokens += bin.tokens;
    const double lasted = window.value() - 1 + (now.value() - static_cast<double>(second));
    return static_cast<double>(tokens) / std::max(lasted, 1.0);
  }

 private:
  static constexpr std::size_t kBins = 30;
  struct Bin {
    std::uint64_t second = 0;
    std::uint64_t tokens = 0;
  };
  std::array<Bin, kBins> bins_{};
};

}  // namespace headroom
