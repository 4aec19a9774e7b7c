#include "metrics/class_series.hpp"

#include <algorithm>

namespace headroom {

void ClassSeries::Bin::add(const Bin& other) {
  arrived += other.arrived;
  completed += other.completed;
  ttft_s += other.ttft_s;
  ttft_max_s = std::max(ttft_max_s, other.ttft_max_s);
  e2e_s += other.e2e_s;
  e2e_max_s = std::max(e2e_max_s, other.e2e_max_s);
}

void ClassSeries::completed(ClassId id, Seconds ttft, Seconds e2e, Seconds now) {
  bins_.at(id.index(), now.value()).add({0, 1, ttft.value(), ttft.value(), e2e.value(), e2e.value()});
}

SeriesResult::Class ClassSeries::finish(ClassId id, Seconds now) {
  static_cast<void>(bins_.at(id.index(), now.value()));
  SeriesResult::Class series;
  for (const Bin& bin : bins_[id.index()]) {
    const double count = std::max(1.0, static_cast<double>(bin.completed));
    series.arrived.push_back(bin.arrived);
    series.completed.push_back(bin.completed);
    series.ttft_mean_s.push_back(bin.ttft_s / count);
    series.ttft_max_s.push_back(bin.ttft_max_s);
    series.e2e_mean_s.push_back(bin.e2e_s / count);
    series.e2e_max_s.push_back(bin.e2e_max_s);
  }
  return series;
}

}  // namespace headroom
