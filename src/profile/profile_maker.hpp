#pragma once

#include <cstddef>
#include <functional>

#include "profile/profile_table.hpp"

namespace headroom {

/// How a profile is made: as many runs at a time as `threads`; `progress(done, of)` is called now and then, and may
/// throw.
struct ProfileWork {
  std::size_t threads = 1;
  std::function<void(std::size_t, std::size_t)> progress;
};

/// Runs each variant with the requests of each pool of its service. The same whatever the threads. Throws InputError
/// where a pool's targets are out of reach of all its variants.
[[nodiscard]] ProfileTable make_profile(const Scenario& scenario, const ProfiledRequests& requests,
                                        const ProfileWork& work);

}  // namespace headroom
