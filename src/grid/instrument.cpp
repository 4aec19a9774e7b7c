#include "grid/instrument.hpp"

#include <algorithm>

namespace headroom {
namespace {

PowerTrace trailing_mean(const PowerTrace& trace, Seconds window) {
  const std::size_t count = std::max<std::size_t>(1, trace.samples_in(window));
  PowerTrace mean{trace.start + trace.sample * static_cast<double>(count - 1),
                  trace.sample,
                  {},
                  trace.between_w,
                  trace.beyond_rms_w};
  double sum = 0;
  for (std::size_t i = 0; i < trace.power_w.size(); ++i) {
    sum += static_cast<double>(trace.power_w[i]);
    if (i >= count) sum -= static_cast<double>(trace.power_w[i - count]);
    if (i + 1 >= count) mean.power_w.push_back(static_cast<float>(sum / static_cast<double>(count)));
  }
  return mean;
}

}  // namespace

PowerTrace seen_through(Instrument instrument, const PowerTrace& trace) {
  return instrument == Instrument::none ? trace : trailing_mean(trace, Seconds(1.0));
}

}  // namespace headroom
