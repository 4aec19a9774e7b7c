#pragma once

#include <cstdint>
#include <optional>

#include "headroom/id.hpp"
#include "metrics/binned_rows.hpp"
#include "metrics/series_result.hpp"

namespace headroom {

/// Requests of each class over time: how many arrived, and the latencies of those that completed.
class ClassSeries {
 public:
  ClassSeries(std::size_t classes, std::optional<Seconds> bin) : bins_(bin) {
    for (std::size_t i = 0; i < classes; ++i) bins_.add_row();
  }
  void arrived(ClassId id, Seconds now) { ++bins_.at(id.index(), now.value()).arrived; }
  void completed(ClassId id, Seconds ttft, Seconds e2e, Seconds now);
  /// Of a class; the run ends now.
  [[nodiscard]] SeriesResult::Class finish(ClassId id, Seconds now);

 private:
  struct Bin {
    std::uint64_t arrived = 0, completed = 0;
    double ttft_s = 0, ttft_max_s = 0, e2e_s = 0, e2e_max_s = 0;
    void add(const Bin& other);
  };
  BinnedRows<Bin> bins_;
};

}  // namespace headroom
