#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace headroom {

/// Makes a directory beside `target` that was not there before: `NAME.tmpN`, N the first number from this process's on
/// that is free, since processes of other containers or machines may have the same. A filesystem_error where that
/// fails.
[[nodiscard]] std::filesystem::path make_directory_beside(const std::filesystem::path& target);

/// Gives `from` another name that nothing has; false where something has it.
[[nodiscard]] bool rename_to_free(const std::filesystem::path& from, const std::filesystem::path& to);

/// Lets two names change places, in one step where the file system can.
void exchange(const std::filesystem::path& a, const std::filesystem::path& b);

/// What tells a file or directory from another that takes its name later.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  std::int64_t born_ns = 0;  ///< where the file system knows: it may give an inode to another
  bool operator==(const FileIdentity&) const = default;
};

/// Of what has a name; of nothing where nothing has it.
[[nodiscard]] std::optional<FileIdentity> identity_of(const std::filesystem::path& name);

/// A file that appears under its name only when it is complete: it is written as `NAME.tmpN` beside it, which goes away
/// again unless it gets the name.
class NewFile {
 public:
  /// A WriteError of `target` where no file can be made.
  explicit NewFile(std::filesystem::path target);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// Open for writing; for the caller to close.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_; }
  /// Takes the place of whatever has the name.
  void replace();
  /// Takes the name if nothing has it.
  [[nodiscard]] bool take_free_name();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  bool named_ = false;
};

}  // namespace headroom
