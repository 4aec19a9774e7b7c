#include "training/start_jitter.hpp"

#include "base/hash.hpp"

namespace headroom {

void StartJitter::fields(Fields& f) {
  f("spread_s", spread, "time from the first server's start to the last one's", Range::between(0.0, 1e6));
  f("cohorts", cohorts, "groups of servers that start together; with one, all do", Range::between(1, 4096));
}

std::uint32_t StartJitter::cohort_of(std::uint64_t seed, std::string_view job, std::uint32_t server) const {
  return static_cast<std::uint32_t>(unit(hash(hash(hash(seed, "start jitter"), job), server)) * cohorts);
}

}  // namespace headroom
