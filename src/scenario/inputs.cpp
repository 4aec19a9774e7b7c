#include "scenario/inputs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "scenario/scenario.hpp"

namespace headroom {
namespace {

constexpr std::size_t kPartBytes = std::size_t{1} << 18;

/// Reads until the part is full or the file at its end; returns how much of it.
std::size_t read_part(int descriptor, std::vector<char>& part) {
  std::size_t filled = 0;
  while (filled < part.size()) {
    const ssize_t got = ::read(descriptor, part.data() + filled, part.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

FileHashes::Content content_of(int descriptor) {
  FileHashes::Content content;
  std::vector<char> part(kPartBytes);
  std::uint64_t hash = 0;
  for (std::size_t size = part.size(); size == part.size(); content.bytes += size) {
    stop_if_interrupted();
    size = read_part(descriptor, part);
    hash = hash_words(hash, {part.data(), size});
  }
  content.hash = mix(hash ^ content.bytes);
  return content;
}

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size && same_time(a.st_mtim, b.st_mtim) &&
         same_time(a.st_ctim, b.st_ctim);
}

}  // namespace

const FileHashes::Content* FileHashes::of(const std::filesystem::path& file) {
  struct stat status {};
  if (!is_file(file) || ::stat(file.c_str(), &status) != 0) return nullptr;
  const auto known = seen_.find(file);
  if (known != seen_.end() && same_file(known->second.status, status)) return &known->second.content;
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  const Content content = content_of(descriptor);
  ::close(descriptor);
  Seen& seen = seen_[file];
  seen = {status, content};
  return &seen.content;
}

std::vector<InputRecord> records_of(std::span<const NamedFile> files, FileHashes& hashes) {
  std::vector<InputRecord> records;
  for (const NamedFile& named : files)
    for (const auto& file : files_at(named.path))
      if (const auto* content = hashes.of(file))
        records.push_back({named.pointer, file.filename().string(), content->bytes, content->hash});
  return records;
}

void check_unchanged(const Scenario& scenario, std::span<const InputRecord> before, std::span<const InputRecord> now) {
  const auto [was, is] = std::ranges::mismatch(before, now);
  if (was == before.end() && is == now.end()) return;
  const InputRecord& changed = was == before.end() ? *is : *was;
  throw InputError(scenario.where(changed.pointer), changed.file + " has changed while the run read it");
}

}  // namespace headroom
