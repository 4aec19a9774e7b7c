#pragma once

#include <limits>

#include "grid/grid_config.hpp"
#include "grid/power_trace.hpp"

namespace headroom {

/// The trace as an instrument shows it. `one_second_mean` is the mean of the samples of the second up to each; it
/// begins when the first second is full, and takes a sine of frequency f down by |sin(pi f T) / (n sin(pi f T / n))|, T
/// = 1 s in n samples: |sinc(f)| for f well below the sampling rate.
[[nodiscard]] PowerTrace seen_through(Instrument instrument, const PowerTrace& trace);

/// The highest frequency that an instrument shows: half of one over the time of its mean.
[[nodiscard]] constexpr Hertz shown_by(Instrument instrument) {
  return Hertz(instrument == Instrument::none ? std::numeric_limits<double>::infinity() : 0.5);
}

/// How long after the first sample an instrument shows something.
[[nodiscard]] constexpr Seconds first_seen(Instrument instrument) {
  return instrument == Instrument::none ? Seconds(0.0) : Seconds(1.0);
}

}  // namespace headroom
