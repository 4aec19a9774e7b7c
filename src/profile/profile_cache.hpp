#pragma once

#include <filesystem>
#include <string>

#include "base/problem.hpp"
#include "profile/profile_maker.hpp"

namespace headroom {

/// Where profiles are kept: `$HEADROOM_CACHE`, else `$XDG_CACHE_HOME/headroom`, else `~/.cache/headroom`; empty where
/// none of them is set.
[[nodiscard]] std::filesystem::path cache_folder();

/// A hash of everything that a profile depends on: what the scenario says of it, the tables of step times that it
/// names, who comes, the program.
[[nodiscard]] std::string profile_key(const LoadedScenario& loaded, const ProfiledRequests& requests);

/// The profile of a scenario from this folder, made and put there where it is not; an empty folder keeps nothing. A
/// file that cannot be read is made anew; one that cannot be written is a warning.
[[nodiscard]] ProfileTable kept_profile(const LoadedScenario& loaded, const std::filesystem::path& folder,
                                        const ProfileWork& work, Warnings& warnings);

}  // namespace headroom
