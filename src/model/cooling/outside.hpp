#pragma once

#include <memory>
#include <span>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// The temperature outside the datacenter over a run.
class OutsideTemperature {
 public:
  virtual ~OutsideTemperature() = default;
  [[nodiscard]] virtual Celsius at(Seconds now) const = 0;
  virtual void fields(Fields& f) = 0;
  virtual void check(const Scope&) const {}
};

/// `constant`, `day` (a sinusoid) and `points` (a curve).
std::span<const Kind<OutsideTemperature>> outside_kinds();

}  // namespace headroom
