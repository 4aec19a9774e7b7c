#include "fleet/limits.hpp"

#include <utility>

namespace headroom {

std::optional<Limits::Decision> Limits::set(const Action& action, Decision decision) {
  if (const auto* lock = std::get_if<LockClock>(&action))
    return decision_of(std::exchange(lock_, Set<Hertz>{lock->clock, decision}));
  if (const auto* cap = std::get_if<CapPower>(&action))
    return decision_of(std::exchange(cap_, Set<Power>{cap->per_gpu, decision}));
  if (std::holds_alternative<PowerBrake>(action)) return std::exchange(brake_, decision);
  return release(std::get<Release>(action).what);
}

std::optional<Limits::Decision> Limits::release(Release::What what) {
  switch (what) {
    case Release::What::clock:
      return decision_of(std::exchange(lock_, std::nullopt));
    case Release::What::cap:
      return decision_of(std::exchange(cap_, std::nullopt));
    case Release::What::brake:
      break;
  }
  return std::exchange(brake_, std::nullopt);
}

}  // namespace headroom
