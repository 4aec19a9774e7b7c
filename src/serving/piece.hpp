#pragma once

#include <cmath>
#include <cstdint>

namespace headroom {

/// A run of iterations whose durations grow by a constant: first, first + growth, first + 2 growth, ... All in seconds.
/// Growth comes from the context: every decode step adds one token to each sequence (DESIGN section 3).
struct Piece {
  double start = 0;            ///< when the schedule of the first iteration begins
  double first = 0;            ///< what the first iteration takes from `start` on
  double growth = 0;           ///< how much longer each iteration is than the one before
  std::uint64_t count = 0;     ///< iterations planned
  double iteration_start = 0;  ///< when the first iteration began; before `start` where a clock change fell into it
  double done_before = 0;      ///< fraction of the first iteration done before `start`

  /// Time from `start` until k iterations are done.
  [[nodiscard]] double elapsed(std::uint64_t k) const {
    const double n = static_cast<double>(k);
    return n * first + growth * (n * (n - 1) / 2);
  }
  [[nodiscard]] double end() const { return start + elapsed(count); }
  [[nodiscard]] double duration(std::uint64_t k) const { return first + growth * static_cast<double>(k); }

  /// How many iterations are done at `now`: the inverse of `elapsed`, rounded down, at most `count`.
  [[nodiscard]] std::uint64_t done(double now) const {
    const double time = now - start;
    if (time <= 0) return 0;
    double guess = time / first;
    if (growth > 0) {
      const double b = first - growth / 2;
      guess = 2 * time / (b + std::sqrt(b * b + 2 * growth * time));
    }
    auto k = static_cast<std::uint64_t>(std::fmin(guess, static_cast<double>(count)));
    while (k < count && start + elapsed(k + 1) <= now) ++k;
    while (k > 0 && start + elapsed(k) > now) --k;
    return k;
  }
};

}  // namespace headroom
