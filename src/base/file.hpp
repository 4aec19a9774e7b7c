#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// The whole content of a file; nothing where it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& file);

/// The files that a path stands for: itself, or those in the folder that it is, in order of their names; hidden ones and
/// folders are left out.
std::vector<std::filesystem::path> files_at(const std::filesystem::path& path);

/// Writes text to a file; throws std::runtime_error where the system does not take all of it.
void write_file(const std::filesystem::path& file, std::string_view text);

/// The same, on the disk and under another name that becomes the file's by a rename, so that there is never half of it,
/// whatever stops the program or the machine.
void write_atomically(const std::filesystem::path& file, std::string_view text);

/// Waits until a file, or the entries of a directory, are on the disk.
void sync_to_disk(const std::filesystem::path& path);

}  // namespace headroom
