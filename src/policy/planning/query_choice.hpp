#pragma once

#include <cstddef>
#include <span>

namespace headroom {

/// BRANE (arXiv 2605.27361): the configuration with the largest probability - lambda x cost; among equals the cheapest,
/// of those the first. `probabilities` of a right answer and `costs` by configuration, of which there is one at least.
[[nodiscard]] std::size_t best_configuration(std::span<const double> probabilities, std::span<const double> costs,
                                             double lambda);

/// A probability whose logit is so much larger.
[[nodiscard]] double with_logit_error(double probability, double error);

}  // namespace headroom
