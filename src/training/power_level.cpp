#include "training/power_level.hpp"

namespace headroom {

void PowerLevel::fields(Fields& f) {
  f("power_w", power, "draw of one GPU; instead of power_fraction", Range::power());
  f("power_fraction", tdp_fraction, "draw of one GPU over its TDP; instead of power_w", Range::between(0.0, 2.0));
}

void PowerLevel::check(const std::string& pointer, std::vector<Problem>& problems) const {
  if (power.has_value() == tdp_fraction.has_value())
    problems.push_back({pointer, "must have either power_w or power_fraction"});
}

}  // namespace headroom
