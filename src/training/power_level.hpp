#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// What no GPU draws, over its TDP.
inline constexpr double kMostOfTdp = 2.0;

/// What is wrong with a draw of a GPU of that TDP, whoever gives it; empty where it is possible.
[[nodiscard]] std::string check_draw(Power draw, Power tdp);

/// The draw of one GPU, given in watts or as a fraction of its TDP.
struct PowerLevel {
  std::optional<Power> power;
  std::optional<double> tdp_fraction;  ///< 0..2

  void fields(Fields& f);
  void check(const Scope& scope) const;
  /// What is wrong with it on a GPU of that TDP.
  void check_on(Power tdp, const Scope& scope) const;
  /// Of a GPU with that TDP.
  [[nodiscard]] Power of(Power tdp) const { return power ? *power : tdp * *tdp_fraction; }
};

}  // namespace headroom
