#pragma once

#include <cstddef>
#include <map>
#include <utility>

#include "headroom/world.hpp"

namespace headroom {

/// How fast instances read a prompt when they have nothing else to do, by the models of the run; each is asked once.
class ReadingRates {
 public:
  /// Prompt tokens per second.
  double operator()(const World& world, VariantId variant, Hertz clock) {
    const auto [found, is_new] = rates_.try_emplace({variant.index(), clock.value()}, 0.0);
    if (is_new) {
      constexpr Load kOnePrompt{.rate_per_s = 1e-6, .input_tokens = 1024, .output_tokens = 1};
      found->second = kOnePrompt.input_tokens / world.catalogue->estimate(variant, kOnePrompt, clock).ttft.value();
    }
    return found->second;
  }

 private:
  std::map<std::pair<std::size_t, double>, double> rates_;
};

}  // namespace headroom
