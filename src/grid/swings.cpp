#include "grid/swings.hpp"

#include <algorithm>
#include <deque>
#include <functional>

namespace headroom {
namespace {

/// The sample that no other of a sliding window is `Before`: the front of a queue of those that may still be it.
template <class Before>
class SlidingExtreme {
 public:
  SlidingExtreme(const std::vector<float>& samples, std::size_t reach) : samples_(samples), reach_(reach) {}

  /// The extreme of samples [at - reach, at]; `at` counts up.
  float slide_to(std::size_t at) {
    while (!queue_.empty() && !Before()(samples_[queue_.back()], samples_[at])) queue_.pop_back();
    queue_.push_back(at);
    if (queue_.front() + reach_ < at) queue_.pop_front();
    return samples_[queue_.front()];
  }

 private:
  const std::vector<float>& samples_;
  std::size_t reach_;
  std::deque<std::size_t> queue_;
};

}  // namespace

double largest_swing_w(const PowerTrace& trace, Seconds window) {
  const std::size_t reach = trace.samples_in(window);
  SlidingExtreme<std::greater<>> largest(trace.power_w, reach);
  SlidingExtreme<std::less<>> smallest(trace.power_w, reach);
  double swing = 0;
  for (std::size_t i = 0; i < trace.power_w.size(); ++i)
    swing = std::max(swing, static_cast<double>(largest.slide_to(i)) - static_cast<double>(smallest.slide_to(i)));
  return swing;
}

Ramps steepest_ramps(const PowerTrace& trace, Seconds horizon, Power box) {
  const std::size_t reach = std::max<std::size_t>(1, trace.samples_in(horizon));
  const double time = static_cast<double>(reach) * trace.sample.value();
  Ramps ramps;
  SlidingExtreme<std::greater<>> largest(trace.power_w, reach);
  SlidingExtreme<std::less<>> smallest(trace.power_w, reach);
  for (std::size_t i = 0; i < trace.power_w.size(); ++i) {
    const double now = static_cast<double>(trace.power_w[i]);
    const double rise = now - static_cast<double>(smallest.slide_to(i));
    const double fall = static_cast<double>(largest.slide_to(i)) - now;
    if (rise > box.value()) ramps.up_w_per_s = std::max(ramps.up_w_per_s, rise / time);
    if (fall > box.value()) ramps.down_w_per_s = std::max(ramps.down_w_per_s, fall / time);
  }
  return ramps;
}

}  // namespace headroom
