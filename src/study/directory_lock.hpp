#pragma once

#include <filesystem>

namespace headroom {

/// A lock on a directory that one program at a time has. It is the system's and ends with the process, however that
/// ends.
class DirectoryLock {
 public:
  DirectoryLock() = default;
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// Takes it, unless another program has it; does not wait. Throws where the directory cannot be locked at all.
  [[nodiscard]] bool take(const std::filesystem::path& directory);

 private:
  int descriptor_ = -1;
};

}  // namespace headroom
