#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// The temperature outside the datacenter over a run.
class OutsideTemperature {
 public:
  virtual ~OutsideTemperature() = default;
  [[nodiscard]] virtual Celsius at(Seconds now) const = 0;
  virtual void fields(Fields& f) = 0;
  /// Adds what is wrong beyond single values; `pointer` is where it stands.
  virtual void check(const std::string& pointer, std::vector<Problem>& problems) const;
};

/// `constant`, `day` (a sinusoid) and `points` (a curve).
std::span<const Kind<OutsideTemperature>> outside_kinds();

}  // namespace headroom
