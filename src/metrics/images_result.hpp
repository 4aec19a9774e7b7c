#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "base/quantile_sketch.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// Images of the requests of a run: came = encoded + dropped + left.
struct ImagesResult {
  std::uint64_t requests = 0, came = 0, encoded = 0, dropped = 0, left = 0;
  QuantileSketch encoded_after, there_after;

  void fields(Fields& f) const {
    f("requests", requests, "that came with images");
    f("came", came, "images of these");
    f("encoded", encoded, "images that were encoded, of requests that instances encode those of completed ones");
    f("dropped", dropped, "images of requests that nobody took, or whose instance lost its power");
    f("left", left, "not encoded at the end of the run");
    f("encoded_mean_s", mean(encoded_after),
      "of requests whose images pools encode: from the request's arrival until all its images are encoded");
    f("encoded_p99_s", p99(encoded_after), "likewise");
    f("there_mean_s", mean(there_after), "likewise, until they are at the instance that reads the prompt");
    f("there_p99_s", p99(there_after), "likewise");
  }
  /// Relative.
  [[nodiscard]] double residual() const {
    const double lost = std::abs(static_cast<double>(came) - static_cast<double>(encoded + dropped + left));
    return came > 0 ? lost / static_cast<double>(came) : lost;
  }

 private:
  static std::optional<double> mean(const QuantileSketch& times) {
    return times.empty() ? std::nullopt : std::optional(times.mean());
  }
  static std::optional<double> p99(const QuantileSketch& times) {
    return times.empty() ? std::nullopt : std::optional(times.quantile(0.99));
  }
};

}  // namespace headroom
