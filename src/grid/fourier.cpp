#include "grid/fourier.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "headroom/trigonometry.hpp"

namespace headroom {
namespace {

using Complex = std::complex<double>;

/// Factors 4 first, then the primes in rising order; what is left of the size is above 1 where a prime is too large.
std::vector<std::size_t> radices_of(std::size_t& size) {
  std::vector<std::size_t> radices;
  for (const std::size_t radix : std::array<std::size_t, 7>{4, 2, 3, 5, 7, 11, 13})
    for (; size % radix == 0; size /= radix) radices.push_back(radix);
  return radices;
}

/// e^(-2 pi i k / n) for k < n.
Complex root(std::size_t k, std::size_t n) {
  return portable::phasor(-static_cast<double>(k) / static_cast<double>(n));
}

Complex times_i(const Complex& z) {
  return {-z.imag(), z.real()};
}

std::size_t inner_size(std::size_t size) {
  return SmallFactorFourier::can(size) ? size : std::bit_ceil(2 * size - 1);
}

}  // namespace

bool SmallFactorFourier::can(std::size_t size) {
  radices_of(size);
  return size == 1;
}

SmallFactorFourier::SmallFactorFourier(std::size_t size) {
  for (std::size_t k = 0; k < size; ++k) roots_.push_back(root(k, size));
  radices_ = radices_of(size);
}

void SmallFactorFourier::transform(const Complex* input, Complex* output) const {
  part(input, output, 1, 0);
}

/// The transform of every `stride`-th number.
void SmallFactorFourier::part(const Complex* input, Complex* output, std::size_t stride, std::size_t level) const {
  if (level == radices_.size()) {
    *output = *input;
    return;
  }
  const std::size_t radix = radices_[level], size = roots_.size() / stride / radix;
  for (std::size_t q = 0; q < radix; ++q) part(input + q * stride, output + q * size, stride * radix, level + 1);
  combine(output, size, stride, radix);
}

void SmallFactorFourier::combine(Complex* output, std::size_t size, std::size_t stride, std::size_t radix) const {
  std::array<Complex, kLargestFactor> t, sums, differences;
  const std::size_t half = (radix - 1) / 2, step = roots_.size() / radix;
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t q = 0; q < radix; ++q) t[q] = output[k + q * size] * roots_[q * k * stride];
    if (radix == 2) {
      output[k] = t[0] + t[1];
      output[k + size] = t[0] - t[1];
    } else if (radix == 4) {
      const Complex even = t[0] + t[2], odd = t[1] + t[3];
      const Complex across = t[0] - t[2], turned = times_i(t[1] - t[3]);
      output[k] = even + odd;
      output[k + size] = across - turned;
      output[k + 2 * size] = even - odd;
      output[k + 3 * size] = across + turned;
    } else {
      output[k] = t[0];
      for (std::size_t j = 1; j <= half; ++j) {
        sums[j] = t[j] + t[radix - j];
        differences[j] = t[j] - t[radix - j];
        output[k] += sums[j];
      }
      for (std::size_t q = 1; q <= half; ++q) {
        Complex even = t[0], odd;
        for (std::size_t j = 1; j <= half; ++j) {
          const Complex& turn = roots_[j * q % radix * step];
          even += sums[j] * turn.real();
          odd += differences[j] * turn.imag();
        }
        output[k + q * size] = even + times_i(odd);
        output[k + (radix - q) * size] = even - times_i(odd);
      }
    }
  }
}

Fourier::Fourier(std::size_t size) : inner_(inner_size(size)), output_(size) {
  const std::size_t inner = inner_size(size);
  if (inner == size) return;
  std::vector<Complex> mirrored(inner);
  for (std::size_t k = 0; k < size; ++k) {
    chirp_.push_back(root(k * k % (2 * size), 2 * size));
    mirrored[k] = mirrored[(inner - k) % inner] = std::conj(chirp_[k]);
  }
  padded_.resize(inner);
  spectrum_.resize(inner);
  chirp_spectrum_.resize(inner);
  inner_.transform(mirrored.data(), chirp_spectrum_.data());
}

const std::vector<Complex>& Fourier::transform(const std::vector<Complex>& input) {
  if (chirp_.empty()) {
    inner_.transform(input.data(), output_.data());
  } else {
    convolve(input);
  }
  return output_;
}

/// As jk = (j^2 + k^2 - (k - j)^2) / 2, X_k / chirp_k is the convolution of x_j chirp_j with the chirp's conjugate.
void Fourier::convolve(const std::vector<Complex>& input) {
  const std::size_t size = input.size();
  for (std::size_t j = 0; j < size; ++j) padded_[j] = input[j] * chirp_[j];
  std::fill(padded_.begin() + static_cast<std::ptrdiff_t>(size), padded_.end(), Complex());
  inner_.transform(padded_.data(), spectrum_.data());
  for (std::size_t k = 0; k < spectrum_.size(); ++k) spectrum_[k] = std::conj(spectrum_[k] * chirp_spectrum_[k]);
  inner_.transform(spectrum_.data(), padded_.data());  // of conjugates: the conjugate of the inverse, times the size
  for (std::size_t k = 0; k < size; ++k)
    output_[k] = std::conj(padded_[k]) * chirp_[k] / static_cast<double>(padded_.size());
}

}  // namespace headroom
