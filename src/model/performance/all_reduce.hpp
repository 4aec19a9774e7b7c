#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// A measured all-reduce: what each GPU puts in, and how long it takes.
struct AllReducePoint {
  double bytes = 0;
  Seconds time{};

  void fields(Fields& f);
};

/// Measured all-reduces by the number of GPUs, in rising order of bytes.
using AllReduceTimes = std::map<std::string, std::vector<AllReducePoint>>;

/// How long all-reduces among the GPUs of an instance take: linear between the measured points, constant before them,
/// at the last one's rate beyond.
class AllReduce {
 public:
  /// By the points of the smallest measured number of GPUs that is at least `gpus`, else of the largest; without
  /// points, or on one GPU, it takes no time.
  AllReduce(const AllReduceTimes& measured, std::uint32_t gpus);

  [[nodiscard]] double seconds(double bytes) const;

 private:
  struct Piece {
    double from_bytes;
    double base_s;
    double byte_s;
  };
  std::vector<Piece> pieces_;
};

}  // namespace headroom
