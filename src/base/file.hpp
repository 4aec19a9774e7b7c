#pragma once

#include <filesystem>
#include <string_view>

namespace headroom {

/// Writes text to a file and makes sure that it arrived; throws std::runtime_error where it did not.
void write_file(const std::filesystem::path& file, std::string_view text);

/// The same under another name that becomes the file's by a rename, so that there is never half of it, whatever stops
/// the program or the machine.
void write_atomically(const std::filesystem::path& file, std::string_view text);

/// Waits until a file, or the entries of a directory, are on the disk.
void sync_to_disk(const std::filesystem::path& path);

}  // namespace headroom
