#include "grid/fourier.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <initializer_list>
#include <random>

#include "headroom/trigonometry.hpp"

namespace headroom {
namespace {

using Numbers = std::vector<std::complex<double>>;

Numbers random_numbers(std::size_t size) {
  std::mt19937 random(3);
  const auto number = [&] { return static_cast<double>(random() % 2001) - 1000; };
  Numbers numbers(size);
  for (auto& value : numbers) value = {number(), number()};
  return numbers;
}

/// The sum as it is defined.
Numbers slowly(const Numbers& input) {
  const std::size_t size = input.size();
  Numbers output(size);
  for (std::size_t k = 0; k < size; ++k)
    for (std::size_t j = 0; j < size; ++j)
      output[k] += input[j] * portable::phasor(-static_cast<double>(j * k % size) / static_cast<double>(size));
  return output;
}

TEST(Fourier, IsTheSumThatItStandsFor) {
  // Small factors each and together, primes beside powers of 2, a large prime times a small one.
  for (const std::size_t size : std::initializer_list<std::size_t>{
           1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 16, 17, 30, 31, 64, 127, 169, 210, 257, 422, 720, 1001}) {
    const Numbers input = random_numbers(size), truth = slowly(input);
    Fourier fourier(size);
    const Numbers output = fourier.transform(input);
    ASSERT_EQ(output.size(), size);
    for (std::size_t k = 0; k < size; ++k) EXPECT_NEAR(std::abs(output[k] - truth[k]), 0, 1e-8) << size << ": " << k;
    EXPECT_EQ(fourier.transform(input), output);
  }
}

TEST(Fourier, OfALargePrimeIsQuick) {
  // 10^10 products by the definition: this test would take minutes.
  const Numbers input = random_numbers(100'003);
  Fourier fourier(input.size());
  double energy = 0, spectral = 0;
  for (const auto& value : input) energy += std::norm(value);
  for (const auto& value : fourier.transform(input)) spectral += std::norm(value);
  EXPECT_NEAR(spectral / static_cast<double>(input.size()) / energy, 1, 1e-12);
}

}  // namespace
}  // namespace headroom
