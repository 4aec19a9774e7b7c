#pragma once

#include <string>

#include "config/json.hpp"
#include "profile/profile_table.hpp"

namespace headroom {

/// All curves of a profile: by variant, pool and clock lists over load, the loads among them.
[[nodiscard]] Json profile_json(const ProfileTable& profile);

/// Puts the curves that such JSON holds into a profile of as many variants, pools and clocks; their names are not
/// compared. Throws std::exception where numbers, clocks or the order of loads are others.
void read_profile(const Json& json, ProfileTable& profile);

/// A row for each variant, pool, clock and load.
[[nodiscard]] std::string profile_csv(const ProfileTable& profile);

}  // namespace headroom
