#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Whether a path leads to a regular file; no for what cannot be looked at.
[[nodiscard]] bool is_file(const std::filesystem::path& path);

constexpr const char* kNulInPath = "its name holds a NUL character";
constexpr const char* kNoFile = "it is a pipe or a device, not a file";

/// Why a file cannot be read (`No such file or directory`, `it is a directory`); empty where it can.
[[nodiscard]] std::string why_unreadable(const std::filesystem::path& file);

/// The whole content of a file; nothing where it cannot be read. Pipes and devices are no files.
std::optional<std::string> read_file(const std::filesystem::path& file);

/// The files that a path stands for: itself, or those in the folder that it is, in order of their names; hidden ones,
/// folders and backups (`.bak`, `.old`, `.orig`, `.tmp`, `.part`, `~`) are left out.
std::vector<std::filesystem::path> files_at(const std::filesystem::path& path);

/// Names of what is left out so, but for hidden ones: `2024/, rows.csv.bak`; empty where nothing is.
std::string left_out_at(const std::filesystem::path& path);

/// Writes text to a file in a directory that nobody looks at yet; a WriteError where the system does not take all of
/// it.
void write_file(const std::filesystem::path& file, std::string_view text);

/// The same under another name that becomes the file's by a rename, so that there is never half of it, whatever stops
/// the program.
void write_whole(const std::filesystem::path& file, std::string_view text);

/// The same, on the disk, so that there is never half of it whatever stops the machine.
void write_atomically(const std::filesystem::path& file, std::string_view text);

/// Waits until a file, or the entries of a directory, are on the disk.
void sync_to_disk(const std::filesystem::path& path);

}  // namespace headroom
