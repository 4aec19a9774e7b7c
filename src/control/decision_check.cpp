#include "control/decision_check.hpp"

#include <algorithm>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "headroom/gpu.hpp"

namespace headroom {
namespace {

[[noreturn]] void broken(const std::string& kind, const std::string& policy, Seconds now, const std::string& rule) {
  throw PolicyError(kind + " " + policy + " broke its contract at " + shortest(now.value()) + " s: " + rule);
}

bool supports(std::span<const Hertz> clocks, Hertz clock) {
  return std::ranges::any_of(clocks, [clock](Hertz c) { return same_clock(c, clock); });
}

}  // namespace

void check_route(InstanceId chosen, const FleetView& fleet, const std::string& policy, const Request& request) {
  if (chosen.index() >= fleet.instances())
    broken("router", policy, request.arrival,
           "request " + std::to_string(request.id) + " goes to instance " + std::to_string(chosen.index()) +
               ", but there are " + std::to_string(fleet.instances()));
}

void check_action(const Action& action, const ActionLimits& limits, const std::string& policy, Seconds now) {
  const ServerId server = server_of(action);
  if (server.index() >= limits.servers)
    broken("controller", policy, now,
           "acts on server " + std::to_string(server.index()) + ", but there are " + std::to_string(limits.servers));
  const std::string who = "server " + std::to_string(server.index());
  if (const auto* lock = std::get_if<LockClock>(&action); lock && !supports(limits.clocks, lock->clock))
    broken("controller", policy, now,
           "locks " + who + " to " + shortest(lock->clock.value() / 1e6) + " MHz, which its GPUs do not support");
  if (const auto* cap = std::get_if<CapPower>(&action); cap && (cap->per_gpu <= Power() || cap->per_gpu > limits.tdp))
    broken(
        "controller", policy, now,
        "caps " + who + " at " + shortest(cap->per_gpu.value()) + " W per GPU, which must be above 0 and at most TDP");
}

}  // namespace headroom
