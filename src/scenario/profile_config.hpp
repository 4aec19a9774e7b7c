#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "headroom/fields.hpp"

namespace headroom {

/// Which time between tokens a profile holds against its target: the mean of each request, as /slo means it, or every
/// gap.
enum class ProfiledTbt : std::uint8_t { mean, gaps };
inline std::array<std::string_view, 2> words_of(ProfiledTbt) {
  return {"mean", "gaps"};
}

/// The grid of a profile, and how long each of its runs is.
struct ProfileConfig {
  Hertz least_clock{800e6};
  Hertz clock_step{200e6};
  std::uint32_t loads = 10;
  std::uint32_t requests = 8000;
  ProfiledTbt tbt = ProfiledTbt::mean;
  std::uint32_t sample_requests = 10'000;
  std::uint64_t read_requests = 1'000'000;
  std::uint64_t seed = 1;
  void fields(Fields& f);
};

}  // namespace headroom
