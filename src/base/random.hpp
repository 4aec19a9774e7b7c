#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace headroom {

/// The x with P(X <= x) = p for a standard normal X, 0 < p < 1; relative error about 1e-16 (Wichura 1988, AS 241,
/// PPND16).
[[nodiscard]] double normal_quantile(double p);

/// A stream of random numbers for one purpose: xoshiro256++ (Blackman and Vigna 2019) seeded by SplitMix64 from
/// hash(seed, name). Streams of different names are independent, and one never shifts another.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  /// 64 equally likely bits.
  [[nodiscard]] std::uint64_t bits();
  /// A number in the open interval (0, 1).
  [[nodiscard]] double uniform();
  /// A whole number in [low, high], both possible, without bias.
  [[nodiscard]] std::uint64_t integer(std::uint64_t low, std::uint64_t high);
  [[nodiscard]] double exponential(double mean);
  /// A standard normal number, by inverse CDF.
  [[nodiscard]] double normal();
  /// A number whose logarithm is normal with mean log(median) and standard deviation sigma.
  [[nodiscard]] double lognormal(double median, double sigma);
  /// The least coefficient of variation above 0: of smaller ones, the shapes 1 / cv^2 have too few digits to accept by.
  static constexpr double least_cv = 1e-3;
  /// A gamma number of the given mean and coefficient of variation: exponential for cv = 1, constant for cv = 0.
  [[nodiscard]] double gamma(double mean, double cv);

 private:
  [[nodiscard]] double standard_gamma(double shape);
  std::array<std::uint64_t, 4> state_;
};

}  // namespace headroom
