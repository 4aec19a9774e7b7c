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
  std::uint64_t image_tokens = 0;   ///< of `input_tokens`

  Asked& operator+=(const Asked& other) {
    requests += other.requests;
    input_tokens += other.input_tokens;
    output_tokens += other.output_tokens;
    image_tokens += other.image_tokens;
    return *this;
  }
};

/// Arrivals and their tokens by class or by pool, in bins of ten seconds over the last hour.
template <class Id>
class ArrivalBins {
 public:
  static constexpr Seconds kBin{10.0};
  static constexpr std::size_t kBins = 360;

  /// Calls come in order of time.
  void arrived(Id id, const Request& request, Seconds now) {
    if (now >= end_) begin_bin(now);
    if (id.index() >= bins_.size()) bins_.resize(id.index() + 1);
    Bin& at = bins_[id.index()][place_];
    if (at.number != number_) at = {number_, {}};
    at.asked += {1, request.input_tokens, request.output_tokens, request.image_tokens};
  }

  /// In the whole bins of the last `window` (at most an hour) before the bin of `now`.
  [[nodiscard]] Asked over(Id id, Seconds window, Seconds now) const {
    Asked sum;
    if (id.index() >= bins_.size()) return sum;
    const auto end = static_cast<std::uint64_t>(now / kBin);
    const auto bins = static_cast<std::uint64_t>(std::ceil(window / kBin));
    for (const Bin& bin : bins_[id.index()])
      if (bin.number < end && bin.number + bins >= end) sum += bin.asked;
    return sum;
  }
  [[nodiscard]] std::size_t size() const { return bins_.size(); }

 private:
  struct Bin {
    std::uint64_t number = 0;
    Asked asked;
  };

  void begin_bin(Seconds now) {
    number_ = static_cast<std::uint64_t>(now / kBin);
    place_ = number_ % kBins;
    end_ = kBin * static_cast<double>(number_ + 1);
  }

  std::vector<std::array<Bin, kBins>> bins_;  ///< by id
  std::uint64_t number_ = 0;                  ///< of the bin under way
  std::size_t place_ = 0;
  Seconds end_{};
};

/// What has been asked for, by what policies take requests for.
using Demand = ArrivalBins<ClassId>;
/// What routers have sent to the instances of each pool.
using PoolDemand = ArrivalBins<PoolId>;

}  // namespace headroom
