#pragma once

#include <vector>

namespace headroom {

/// What a distribution is like.
struct Spread {
  double mean = 0, p50 = 0, p90 = 0, p99 = 0;
};

/// One way to come about of a random number of at least 0: `fixed`, and a uniform number up to `uniform`, and an
/// exponential one of mean `exponential`; not both of these.
struct Way {
  double weight = 1;
  double fixed = 0;
  double uniform = 0;
  double exponential = 0;
};

/// Of a number that comes about in each of the ways as often as it weighs; at least one weighs something.
[[nodiscard]] Spread spread_of(const std::vector<Way>& ways);

}  // namespace headroom
