#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Whether a name is a path: it has a `/`, ends in `.json`, or is a file of `folder`.
[[nodiscard]] bool is_path(const std::string& name, const std::filesystem::path& folder = "");

/// Where names like `dgx_a100` are looked up: each folder holds `hardware/`, `model/`, `site/`, ...
class ConfigFolders {
 public:
  /// `first` (from --config-dir, may be empty), then $HEADROOM_CONFIGS, ./configs, and those that belong to the
  /// program.
  explicit ConfigFolders(const std::vector<std::string>& first);

  /// The file of `name` in the sub-folder `kind`; an InputError at `where` lists what there is.
  [[nodiscard]] std::filesystem::path find(std::string_view kind, const std::string& name,
                                           const std::string& where) const;
  /// The file that a name or a path (relative to `folder`) stands for.
  [[nodiscard]] std::filesystem::path file_of(std::string_view kind, const std::string& name,
                                              const std::filesystem::path& folder, const std::string& where) const;
  /// The file that an include names: relative to `folder`, or else to one of the configuration folders.
  [[nodiscard]] std::filesystem::path included(const std::string& name, const std::filesystem::path& folder) const;
  /// What there is of this name: the sub-folders that hold it, sorted.
  [[nodiscard]] std::vector<std::string> kinds_of(const std::string& name) const;
  /// All names in the sub-folder `kind`, sorted.
  [[nodiscard]] std::vector<std::string> names(std::string_view kind) const;

 private:
  std::vector<std::filesystem::path> folders_;
};

}  // namespace headroom
