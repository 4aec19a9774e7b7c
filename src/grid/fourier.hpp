#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace headroom {

/// X_k = sum_j x_j e^(-2 pi i jk / n) where all prime factors of n are small: Cooley and Tukey (Math. Comp. 19, 1965),
/// a factor of 4, 2 or an odd prime a level. One path on every CPU, so that equal input gives equal bits.
class SmallFactorFourier {
 public:
  static constexpr std::size_t kLargestFactor = 13;
  [[nodiscard]] static bool can(std::size_t size);

  explicit SmallFactorFourier(std::size_t size);
  /// `output` has room for n numbers and does not overlap `input`.
  void transform(const std::complex<double>* input, std::complex<double>* output) const;

 private:
  void part(const std::complex<double>* input, std::complex<double>* output, std::size_t stride,
            std::size_t level) const;
  void combine(std::complex<double>* output, std::size_t parts_size, std::size_t stride, std::size_t radix) const;

  std::vector<std::size_t> radices_;
  std::vector<std::complex<double>> roots_;  ///< e^(-2 pi i k / n)
};

/// The transform of any size n in O(n log n): where a prime factor is large, as a convolution with a chirp (Bluestein,
/// IEEE Trans. Audio Electroacoust. 18, 1970) by transforms of a power of 2.
class Fourier {
 public:
  explicit Fourier(std::size_t size);
  /// Of as many numbers as the size; the result is valid until the next call.
  const std::vector<std::complex<double>>& transform(const std::vector<std::complex<double>>& input);

 private:
  void convolve(const std::vector<std::complex<double>>& input);

  SmallFactorFourier inner_;
  std::vector<std::complex<double>> chirp_;           ///< e^(-pi i k^2 / n); empty where n has small factors
  std::vector<std::complex<double>> chirp_spectrum_;  ///< of its conjugate, over the inner size
  std::vector<std::complex<double>> padded_, spectrum_, output_;
};

}  // namespace headroom
