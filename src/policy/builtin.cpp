#include "policy/builtin.hpp"

#include <array>

// One line a policy: POLICY(interface, kind, meaning), where its file defines make_<kind>().
#define ROUTERS(POLICY)                                                                         \
  POLICY(Router, round_robin, "each instance of the pool in turn")                              \
  POLICY(Router, least_outstanding, "the instance with the fewest requests waiting or running") \
  POLICY(Router, join_shortest_queue, "the instance with the fewest prompt tokens pending (Splitwise's JSQ)")

#define BATCH_SCHEDULERS(POLICY)                                                                              \
  POLICY(BatchScheduler, continuous, "whole prompts first, up to a token budget, then decode (vLLM of 2023)") \
  POLICY(BatchScheduler, chunked_prefill, "decodes plus chunks of prompts up to a token budget (Sarathi, vLLM of 2025)")

#define CONTROLLERS(POLICY)                                                                      \
  POLICY(Controller, none, "no limit at all: the reference for impact")                          \
  POLICY(Controller, no_cap, "power brake only")                                                 \
  POLICY(Controller, one_threshold_low_priority, "one threshold, low-priority servers lock")     \
  POLICY(Controller, one_threshold_all, "one threshold, all servers lock")                       \
  POLICY(Controller, fixed_limit, "one power cap or clock lock for all servers, from a date on") \
  POLICY(Controller, polca, "two thresholds, low priority first (POLCA, ASPLOS'24)")

#define SMOOTHERS(POLICY)                                                                                    \
  POLICY(Smoother, power_cap, "a power cap of each GPU")                                                     \
  POLICY(Smoother, gpu_power_smoothing, "a power floor and limited ramps in each GPU (Blackwell's profile)") \
  POLICY(Smoother, firefly, "a software load beside the job that fills its troughs (Firefly)")               \
  POLICY(Smoother, rack_storage, "a storage in each rack whose feed follows the mean of the rack's power")

namespace headroom {

#define DECLARE(Interface, kind, doc) std::unique_ptr<Interface> make_##kind();
ROUTERS(DECLARE)
BATCH_SCHEDULERS(DECLARE)
CONTROLLERS(DECLARE)
SMOOTHERS(DECLARE)
#undef DECLARE

#define ENTRY(Interface, kind, doc) Kind<Interface>{#kind, doc, make_##kind},
std::span<const Kind<Router>> builtin_routers() {
  static constexpr std::array list = {ROUTERS(ENTRY)};
  return list;
}

std::span<const Kind<BatchScheduler>> builtin_batch_schedulers() {
  static constexpr std::array list = {BATCH_SCHEDULERS(ENTRY)};
  return list;
}

std::span<const Kind<Controller>> builtin_controllers() {
  static constexpr std::array list = {CONTROLLERS(ENTRY)};
  return list;
}

std::span<const Kind<Smoother>> builtin_smoothers() {
  static constexpr std::array list = {SMOOTHERS(ENTRY)};
  return list;
}
#undef ENTRY

}  // namespace headroom
