#include "study/directory_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace headroom {

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool DirectoryLock::take(const std::filesystem::path& directory) {
  descriptor_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return true;
  if (descriptor_ >= 0 && errno == EWOULDBLOCK) return false;
  throw std::system_error(errno, std::generic_category(), "cannot lock " + directory.string());
}

}  // namespace headroom
