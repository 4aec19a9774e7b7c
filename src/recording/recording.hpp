#pragma once

#include <algorithm>
#include <cstdint>

#include "headroom/quantity.hpp"

namespace headroom {

/// Whether samples are the driver's means over the second before them, whatever the distance of the rows.
enum class DriverMean : std::uint8_t { no, on_recent_gpus, yes };

/// How finely a power record shows the power that it was made of.
struct Recording {
  Seconds longest_hold{};   ///< between a sample with a value and the next one
  Seconds update_period{};  ///< of a meter that was read again and again between its updates; 0: of every row
  DriverMean mean = DriverMean::no;

  /// The highest frequency that it shows.
  [[nodiscard]] Hertz shown() const {
    return Hertz(0.5 / std::max({longest_hold.value(), update_period.value(), mean == DriverMean::yes ? 1.0 : 0.0}));
  }
};

}  // namespace headroom
