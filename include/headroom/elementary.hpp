#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

/// Functions of which the C library has one version a kind of CPU (with and without fused multiply-add), whose last
/// bits differ. These use sums, products and square roots alone, which are exact to the last bit everywhere.
/// Coefficients are those of fdlibm (Sun Microsystems, 1993: e_log.c, e_exp.c), fitted by Remez's algorithm. Errors
/// stay below 1 ulp; of `pow`, below 2 ulp.
namespace headroom::portable {

/// A number as the sum of two, the second at most half an ulp of the first.
struct Pair {
  double high;
  double low;
};

inline Pair sum_of(double a, double b) {
  const double sum = a + b;
  const double b_in = sum - a;
  return {sum, (a - (sum - b_in)) + (b - b_in)};
}

/// The upper half of the digits, so that a product of two such numbers is exact.
inline double upper_half(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~0x7ffffffULL);
}

inline Pair product_of(double a, double b) {
  const double a_high = upper_half(a), b_high = upper_half(b);
  const double a_low = a - a_high, b_low = b - b_high;
  const double product = a * b;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/// 2^k of a normal number.
inline double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(1023 + k) << 52);
}

inline constexpr double kLn2High = 6.93147180369123816490e-01;  ///< 32 digits: its product with an exponent is exact
inline constexpr double kLn2Low = 1.90821492927058770002e-10;

/// The logarithm of a finite x > 0: x = 2^k m, log m = 2 atanh((m - 1) / (m + 1)).
inline Pair wide_log(double x) {
  int k = 0;
  if (x < std::numeric_limits<double>::min()) x *= 0x1p54, k = -54;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcdULL;  // m lies between sqrt(1/2) and sqrt(2)
  const auto exponent = static_cast<int>(static_cast<std::int64_t>(bits - root_half) >> 52);
  k += exponent;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52));

  const double top = m - 1.0, bottom = m + 1.0;
  const double s = top / bottom;
  const double s_high = upper_half(s), bottom_high = upper_half(bottom), bottom_low = m - (bottom_high - 1.0);
  const double s_low = ((top - s_high * bottom_high) - s_high * bottom_low) / bottom;
  const double z = s * s;
  const double tail = s * z *
                      (6.666666666666735130e-01 +
                       z * (3.999999999940941908e-01 +
                            z * (2.857142874366239149e-01 +
                                 z * (2.222219843214978396e-01 +
                                      z * (1.818357216161805012e-01 +
                                           z * (1.531383769920937332e-01 + z * 1.479819860511658591e-01))))));
  const Pair sum = sum_of(k * kLn2High, 2.0 * s_high);
  return sum_of(sum.high, sum.low + (2.0 * s_low + tail + k * kLn2Low));
}

/// e^(x.high + x.low), x.high being finite: e^(k ln 2 + r) = 2^k e^r.
inline double wide_exp(Pair x) {
  if (x.high > 710.0) return std::numeric_limits<double>::infinity();
  if (x.high < -746.0) return 0.0;
  const double k = std::floor(x.high * 1.44269504088896338700 + 0.5);
  const double high = x.high - k * kLn2High;
  const double low = k * kLn2Low - x.low;
  const double r = high - low, t = r * r;
  const double c =
      r -
      t * (1.66666666666666019037e-01 +
           t * (-2.77777777770155933842e-03 +
                t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  const double value = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
  const int exponent = static_cast<int>(k), half = exponent / 2;
  return value * power_of_two(half) * power_of_two(exponent - half);
}

inline double exp(double x) {
  return std::isnan(x) ? x : wide_exp({x, 0.0});
}

/// Minus infinity at 0, NaN below.
inline double log(double x) {
  if (x > 0.0 && x <= std::numeric_limits<double>::max()) return wide_log(x).high;
  if (x == 0.0) return -std::numeric_limits<double>::infinity();
  return x > 0.0 ? x : std::numeric_limits<double>::quiet_NaN();
}

/// log(1 + x), also where 1 + x has lost the digits of x (Kahan).
inline double log1p(double x) {
  const double sum = 1.0 + x;
  return sum == 1.0 ? x : log(sum) * (x / (sum - 1.0));
}

/// x^y of a finite x >= 0 and a finite y.
inline double pow(double x, double y) {
  if (x == 0.0) return y > 0.0 ? 0.0 : y == 0.0 ? 1.0 : std::numeric_limits<double>::infinity();
  const Pair log = wide_log(x);
  const Pair product = product_of(y, log.high);
  return std::abs(product.high) > 800.0 ? wide_exp({product.high, 0.0})
                                        : wide_exp({product.high, product.low + y * log.low});
}

}  // namespace headroom::portable
