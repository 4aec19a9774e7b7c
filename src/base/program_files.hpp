#pragma once

#include <filesystem>
#include <string>

namespace headroom {

/// The folder that the file of this program is in, whatever links lead to it.
[[nodiscard]] std::filesystem::path program_folder();

/// A file or folder that belongs to this program: beside it, as it is built, or in ../share/headroom, where it is
/// installed. The latter also where there is neither.
[[nodiscard]] std::filesystem::path program_file(const std::string& name);

}  // namespace headroom
