#pragma once

#include <filesystem>

#include "config/json.hpp"

namespace headroom {

/// Whether a directory is that of a sweep, ended or not.
[[nodiscard]] bool is_sweep(const std::filesystem::path& folder);

/// The rows of a sweep, also of one that failed in parts or has not ended: `{"name", "study", "axes", "metrics",
/// "impacts", "ended", "points"}`, a point that is not done with the reason where the sweep knows one. An InputError
/// where the directory is no sweep.
[[nodiscard]] Json sweep_facts(const std::filesystem::path& folder);

}  // namespace headroom
