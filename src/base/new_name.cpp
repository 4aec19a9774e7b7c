#include "base/new_name.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include "base/output_file.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

/// The first `NAME.tmpN` that `make` makes; sets errno and is empty where it fails for another reason than a name
/// taken.
template <class Make>
fs::path first_made(const fs::path& target, Make make) {
  for (long number = ::getpid();; ++number) {
    fs::path name = target;
    name += ".tmp" + std::to_string(number);
    if (make(name)) return name;
    if (errno != EEXIST) return {};
  }
}

[[noreturn]] void fail(const fs::path& from, const fs::path& to) {
  throw fs::filesystem_error("cannot rename", from, to, std::error_code(errno, std::generic_category()));
}

bool lacks_renameat2() {
  return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;
}

bool is_taken() {
  return errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR || errno == EISDIR;
}

}  // namespace

fs::path make_directory_beside(const fs::path& target) {
  auto made = first_made(target, [](const fs::path& name) { return ::mkdir(name.c_str(), 0777) == 0; });
  if (made.empty())
    throw fs::filesystem_error("cannot make a directory", target, std::error_code(errno, std::generic_category()));
  return made;
}

/// Without renameat2: a directory takes no place but that of an empty one, and a second link none at all.
bool rename_to_free(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (!lacks_renameat2()) fail(from, to);
  const bool renamed = fs::is_directory(from) ? ::rename(from.c_str(), to.c_str()) == 0
                                              : ::link(from.c_str(), to.c_str()) == 0 && ::unlink(from.c_str()) == 0;
  if (!renamed && !is_taken()) fail(from, to);
  return renamed;
}

void exchange(const fs::path& a, const fs::path& b) {
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return;
  if (!lacks_renameat2()) fail(a, b);
  const fs::path aside = make_directory_beside(b);
  const fs::path held = aside / "held";
  fs::rename(b, held);
  fs::rename(a, b);
  fs::rename(held, a);
  fs::remove(aside);
}

std::optional<FileIdentity> identity_of(const fs::path& name) {
  struct statx status {};
  if (::statx(AT_FDCWD, name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &status) != 0) return std::nullopt;
  return FileIdentity{std::uint64_t{status.stx_dev_major} << 32 | status.stx_dev_minor, status.stx_ino,
                      std::int64_t{status.stx_btime.tv_sec} * 1'000'000'000 + status.stx_btime.tv_nsec};
}

NewFile::NewFile(fs::path target) : target_(std::move(target)) {
  temporary_ = first_made(target_, [this](const fs::path& name) {
    descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return descriptor_ >= 0;
  });
  if (temporary_.empty()) throw WriteError(target_, errno);
}

NewFile::~NewFile() {
  std::error_code ignored;
  if (!named_) fs::remove(temporary_, ignored);
}

void NewFile::replace() {
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw WriteError(target_, errno);
  named_ = true;
}

bool NewFile::take_free_name() {
  named_ = rename_to_free(temporary_, target_);
  return named_;
}

}  // namespace headroom
