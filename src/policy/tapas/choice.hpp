#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace headroom {

/// A configuration, as far as the choice goes: anything that is compared has one unit each.
struct Candidate {
  double quality = 1;
  double goodput = 0;
  double temperature = 0;  ///< of the hottest GPU
  double power = 0;
  double airflow = 0;
};

/// What an instance may reach at most, and must carry.
struct Allowance {
  double need = 0;  ///< goodput
  double temperature = 0;
  double power = 0;
  double airflow = 0;

  [[nodiscard]] bool keeps(const Candidate& one) const {
    return one.temperature <= temperature && one.power <= power && one.airflow <= airflow;
  }
  /// And carries the load.
  [[nodiscard]] bool takes(const Candidate& one) const { return one.goodput >= need && keeps(one); }
};

/// TAPAS, section 4.3: of those that carry the load inside the allowance the one of highest quality, then highest
/// goodput; the first among equals. None where none is.
[[nodiscard]] inline std::optional<std::size_t> best_choice(std::span<const Candidate> all, const Allowance& allowed) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!allowed.takes(all[i])) continue;
    const bool is_better = !best || all[i].quality > all[*best].quality ||
                           (all[i].quality == all[*best].quality && all[i].goodput > all[*best].goodput);
    if (is_better) best = i;
  }
  return best;
}

/// Where nothing keeps the allowance: the least power of the lowest quality.
[[nodiscard]] inline std::size_t least_choice(std::span<const Candidate> all) {
  std::size_t least = 0;
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].quality < all[least].quality ||
        (all[i].quality == all[least].quality && all[i].power < all[least].power))
      least = i;
  return least;
}

}  // namespace headroom
