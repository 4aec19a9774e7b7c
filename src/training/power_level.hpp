#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// The draw of one GPU, given in watts or as a fraction of its TDP.
struct PowerLevel {
  std::optional<Power> power;
  std::optional<double> tdp_fraction;  ///< 0..2

  void fields(Fields& f);
  void check(const std::string& pointer, std::vector<Problem>& problems) const;
  /// Of a GPU with that TDP.
  [[nodiscard]] Power of(Power tdp) const { return power ? *power : tdp * *tdp_fraction; }
};

}  // namespace headroom
