#pragma once

namespace headroom {

/// The logarithm of the gamma function of x >= 1, within 1e-14, relative where it is above 1.
[[nodiscard]] double log_gamma(double x);

/// The distribution function of the standard normal distribution, within 1e-15.
[[nodiscard]] double normal_below(double z);

}  // namespace headroom
