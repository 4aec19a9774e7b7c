#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/new_name.hpp"

namespace headroom {

/// An output directory that appears under its name only when it is complete: files go to a temporary folder beside it,
/// `publish` renames that, and without `publish` the destructor removes it.
class OutputDirectory {
 public:
  /// Refuses a name that exists (InputError) unless `force` and it is an output of headroom or empty; makes its
  /// parents.
  OutputDirectory(const std::filesystem::path& target, bool force);
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  /// Where a file is to be written for now.
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return temporary_ / name; }
  /// Where a file that was written there will be; other names stay.
  [[nodiscard]] std::filesystem::path final_name(const std::filesystem::path& file) const {
    return file.parent_path() == temporary_ ? target_ / file.filename() : file;
  }
  /// An InputError where something has the name that `force` does not replace, also another output than at first: the
  /// result stays beside it.
  void publish();

 private:
  void remove_all();
  void replace();

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  std::optional<FileIdentity> replaced_;             ///< what had the name at first, and is to make room
  std::vector<std::filesystem::path> made_parents_;  ///< innermost first
  bool force_;
  bool published_ = false;
};

}  // namespace headroom
