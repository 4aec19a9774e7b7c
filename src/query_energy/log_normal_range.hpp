#pragma once

#include "headroom/fields.hpp"

namespace headroom {

/// A log-normal number by its 5th and 95th percentile; one number where they are equal.
struct LogNormalRange {
  double p5 = 1;
  double p95 = 1;

  void fields(Fields& f);
  void check(const Scope& scope) const;

  [[nodiscard]] double median() const;  ///< sqrt(p5 p95)
  [[nodiscard]] double sigma() const;   ///< ln(p95 / p5) / (2 * 1.645)
  /// Mean of one over the number: exp(sigma^2 / 2) / median.
  [[nodiscard]] double mean_of_inverse() const;
};

}  // namespace headroom
