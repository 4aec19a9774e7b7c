#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "headroom/quantity.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// What has been asked for.
struct Asked {
  std::uint64_t requests = 0;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;  ///< which nobody knows at arrival: for oracles

  Asked& operator+=(const Asked& other) {
    requests += other.requests;
    input_tokens += other.input_tokens;
    output_tokens += other.output_tokens;
    return *this;
  }
};

/// Arrivals and their tokens by class, in bins of ten seconds over the last hour.
class Demand {
 public:
  static constexpr Seconds kBin{10.0};
  static constexpr std::size_t kBins = 360;

  void arrived(const Request& request) {
    const auto bin = static_cast<std::uint64_t>(request.arrival / kBin);
    if (request.request_class.index() >= classes_.size()) classes_.resize(request.request_class.index() + 1);
    Bin& at = classes_[request.request_class.index()][bin % kBins];
    if (at.number != bin) at = {bin, {}};
    at.asked += {1, request.input_tokens, request.output_tokens};
  }

  /// Of a class in the whole bins of the last `window` (at most an hour) before the bin of `now`.
  [[nodiscard]] Asked over(ClassId id, Seconds window, Seconds now) const {
    Asked sum;
    if (id.index() >= classes_.size()) return sum;
    const auto end = static_cast<std::uint64_t>(now / kBin);
    const auto bins = static_cast<std::uint64_t>(std::ceil(window / kBin));
    for (const Bin& bin : classes_[id.index()])
      if (bin.number < end && bin.number + bins >= end) sum += bin.asked;
    return sum;
  }
  [[nodiscard]] std::size_t classes() const { return classes_.size(); }

 private:
  struct Bin {
    std::uint64_t number = 0;
    Asked asked;
  };
  std::vector<std::array<Bin, kBins>> classes_;
};

}  // namespace headroom
