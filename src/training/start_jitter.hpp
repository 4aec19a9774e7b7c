#pragma once

#include <cstdint>
#include <string_view>

#include "headroom/fields.hpp"

namespace headroom {

/// How the servers of a job start one after the other: uniformly over a spread, rounded to a few cohorts that move
/// together. With K cohorts, cohort k starts k/K of the spread after the job, so that one cohort is no jitter, and the
/// variance of the starts is (1 - 1/K^2) of the uniform one's.
struct StartJitter {
  Seconds spread{};
  std::uint32_t cohorts = 1;

  void fields(Fields& f);
  /// The cohort of the n-th server of a job, below `cohorts`; drawn by hash, so that no server shifts another.
  [[nodiscard]] std::uint32_t cohort_of(std::uint64_t seed, std::string_view job, std::uint32_t server) const;
  [[nodiscard]] Seconds delay(std::uint32_t cohort) const { return spread * (cohort / static_cast<double>(cohorts)); }
};

}  // namespace headroom
