#pragma once

#include <cstdint>
#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// How well coefficients fit one kind of measurement from one source: relative errors. No points: not measured, and the
/// source says where the coefficients come from.
struct CalibrationNote {
  std::string source;
  std::string quantity;
  std::uint32_t points = 0;
  double median_error_fraction = 0;
  double p90_error_fraction = 0;

  void fields(Fields& f);
};

}  // namespace headroom
