#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>

#include "grid/power_trace.hpp"

namespace headroom::test {

/// `power(t)` sampled at 50 Hz for some seconds.
template <class Function>
PowerTrace sampled(double seconds, Function power) {
  PowerTrace trace{Seconds(0), Seconds(0.02), {}};
  const auto samples = static_cast<std::size_t>(seconds * 50 + 0.5);
  for (std::size_t i = 0; i < samples; ++i)
    trace.power_w.push_back(static_cast<float>(power(static_cast<double>(i) * 0.02)));
  return trace;
}

inline PowerTrace sine(double mean_w, double amplitude_w, double frequency_hz, double seconds = 300) {
  return sampled(seconds,
                 [=](double t) { return mean_w + amplitude_w * std::sin(2 * std::numbers::pi * frequency_hz * t); });
}

/// `high_w` in the first `high_s` of every period, else `low_w`.
inline PowerTrace square(double low_w, double high_w, double period_s, double high_s, double seconds = 300) {
  return sampled(seconds, [=](double t) { return std::fmod(t + 1e-9, period_s) < high_s ? high_w : low_w; });
}

}  // namespace headroom::test
