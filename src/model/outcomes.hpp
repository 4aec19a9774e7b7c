#pragma once

#include <cstddef>
#include <vector>

namespace headroom {

/// A number (a mean, where outcomes were merged), and how probable it is.
struct CountOutcome {
  double count;
  double probability;
};

/// Merges neighbours until at most so many are left; the mean stays.
[[nodiscard]] std::vector<CountOutcome> merged(const std::vector<CountOutcome>& outcomes, std::size_t most);

/// How many of a batch are in a state that each is in with probability 0 < q <= 1, independently. A batch that is not
/// whole is a mixture of the two whole ones beside it, each scaled to its size.
[[nodiscard]] std::vector<CountOutcome> share_of(double batch, double q);

}  // namespace headroom
