#include "base/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace headroom {

WriteError::WriteError(std::filesystem::path file, int error)
    : std::runtime_error("cannot write " + file.string() + ": " + std::strerror(error)),
      file_(std::move(file)),
      error_(error) {}

OutputFile::OutputFile(const std::filesystem::path& file)
    : OutputFile(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), file) {}

OutputFile::OutputFile(int descriptor, std::filesystem::path file) : file_(std::move(file)), descriptor_(descriptor) {
  if (descriptor_ < 0) throw WriteError(file_, errno);
  buffer_.reserve(2 * kBufferBytes);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::flush() {
  for (std::string_view rest = buffer_; !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw WriteError(file_, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void OutputFile::close() {
  flush();
  if (::close(std::exchange(descriptor_, -1)) != 0) throw WriteError(file_, errno);
}

}  // namespace headroom
