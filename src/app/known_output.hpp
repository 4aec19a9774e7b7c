#pragma once

#include <filesystem>

namespace headroom {

/// Whether a directory is an output of `headroom run`, of this version or one before, and holds nothing else: regular
/// files of names that it writes, one of which says what they are. An empty directory will do.
[[nodiscard]] bool is_known_output(const std::filesystem::path& directory);

}  // namespace headroom
