#include "training/power_level.hpp"

#include "base/text.hpp"

namespace headroom {

std::string check_draw(Power draw, Power tdp) {
  if (draw < Power()) return "a draw of " + shortest(draw.value()) + " W is below 0";
  if (draw <= tdp * kMostOfTdp) return {};
  return "a draw of " + shortest(draw.value()) + " W is more than twice the TDP of the GPU, " + shortest(tdp.value()) +
         " W";
}

void PowerLevel::fields(Fields& f) {
  f("power_w", power, "draw of one GPU; instead of power_fraction", Range::power());
  f("power_fraction", tdp_fraction, "draw of one GPU over its TDP; instead of power_w",
    Range::between(0.0, kMostOfTdp));
}

void PowerLevel::check(const Scope& scope) const {
  if (power.has_value() == tdp_fraction.has_value()) scope.problem("must have either power_w or power_fraction");
}

void PowerLevel::check_on(Power tdp, const Scope& scope) const {
  if (auto what = check_draw(of(tdp), tdp); !what.empty())
    scope.at(power ? "power_w" : "power_fraction").problem(std::move(what));
}

}  // namespace headroom
