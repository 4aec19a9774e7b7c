#include "base/random.hpp"

#include <bit>
#include <cmath>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

__extension__ using Wide = unsigned __int128;

/// The polynomial c[0] + c[1] x + ... by Horner's rule.
double polynomial(const std::array<double, 8>& c, double x) {
  double sum = c[7];
  for (std::size_t i = 7; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

constexpr std::array<double, 8> centre_top{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                           1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                           3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr std::array<double, 8> centre_bottom{1.0,
                                              4.2313330701600911252e1,
                                              6.8718700749205790830e2,
                                              5.3941960214247511077e3,
                                              2.1213794301586595867e4,
                                              3.9307895800092710610e4,
                                              2.8729085735721942674e4,
                                              5.2264952788528545610e3};
constexpr std::array<double, 8> middle_top{
    1.42343711074968357734e0, 4.63033784615654529590e0,  5.76949722146069140550e0,  3.64784832476320460504e0,
    1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array<double, 8> middle_bottom{1.0,
                                              2.05319162663775882187e0,
                                              1.67638483018380384940e0,
                                              6.89767334985100004550e-1,
                                              1.48103976427480074590e-1,
                                              1.51986665636164571966e-2,
                                              5.47593808499534494600e-4,
                                              1.05075007164441684324e-9};
constexpr std::array<double, 8> tail_top{
    6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,  2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array<double, 8> tail_bottom{1.0,
                                            5.99832206555887937690e-1,
                                            1.36929880922735805310e-1,
                                            1.48753612908506148525e-2,
                                            7.86869131145613259100e-4,
                                            1.84631831751005468180e-5,
                                            1.42151175831644588870e-7,
                                            2.04426310338993978564e-15};

}  // namespace

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(centre_top, r) / polynomial(centre_bottom, r);
  }
  const double r = std::sqrt(-portable::log(q < 0.0 ? p : 1.0 - p));
  const double x = r <= 5.0 ? polynomial(middle_top, r - 1.6) / polynomial(middle_bottom, r - 1.6)
                            : polynomial(tail_top, r - 5.0) / polynomial(tail_bottom, r - 5.0);
  return q < 0.0 ? -x : x;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) : state_{} {
  std::uint64_t x = hash(seed, name);
  for (auto& word : state_) {
    word = mix(x);
    x += 0x9e3779b97f4a7c15ULL;
  }
}

std::uint64_t RandomStream::bits() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double RandomStream::uniform() {
  return (static_cast<double>(bits() >> 12) + 0.5) * 0x1.0p-52;
}

std::uint64_t RandomStream::integer(std::uint64_t low, std::uint64_t high) {
  const std::uint64_t count = high - low + 1;
  if (count == 0) return bits();
  Wide product =
      static_cast<Wide>(bits()) * count;  // Lemire 2019: reject the few products that would favour some values
  if (static_cast<std::uint64_t>(product) < count) {
    const std::uint64_t threshold = (0 - count) % count;
    while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<Wide>(bits()) * count;
  }
  return low + static_cast<std::uint64_t>(product >> 64);
}

double RandomStream::exponential(double mean) {
  return -mean * portable::log(uniform());
}

double RandomStream::normal() {
  return normal_quantile(uniform());
}

double RandomStream::lognormal(double median, double sigma) {
  return median * portable::exp(sigma * normal());
}

double RandomStream::gamma(double mean, double cv) {
  if (cv == 1.0) return exponential(mean);
  if (cv == 0.0) return mean;
  check_that(cv >= least_cv, "a coefficient of variation is too small");
  const double shape = 1.0 / (cv * cv);
  return standard_gamma(shape) * (mean / shape);
}

/// Marsaglia and Tsang 2000; below shape 1 through gamma(shape + 1) * U^(1/shape).
double RandomStream::standard_gamma(double shape) {
  if (shape < 1.0) {
    const double larger = standard_gamma(shape + 1.0);
    const double u = uniform();
    return larger * portable::pow(u, 1.0 / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = uniform();
    if (portable::log(u) < 0.5 * x * x + d - d * v + d * portable::log(v)) return d * v;
  }
}

}  // namespace headroom
