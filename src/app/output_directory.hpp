#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace headroom {

/// An output directory that appears under its name only when it is complete: files go to a temporary folder beside it,
/// `publish` renames that, and without `publish` the destructor removes it.
class OutputDirectory {
 public:
  /// Refuses a name that exists (InputError) unless `force`; makes its parents.
  OutputDirectory(std::filesystem::path target, bool force);
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  /// Where a file is to be written for now.
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return temporary_ / name; }
  void publish();

 private:
  void remove_all();

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  std::vector<std::filesystem::path> made_parents_;  ///< innermost first
  bool published_ = false;
};

}  // namespace headroom
