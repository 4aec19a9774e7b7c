#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "base/new_name.hpp"
#include "base/output_file.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

/// Whether a path has a byte that would end it for the system: another file would be meant.
bool has_nul(const std::filesystem::path& path) {
  return path.native().find('\0') != std::string::npos;
}

/// A file that is open for reading, or why it is not.
struct OpenedFile {
  int descriptor = -1;
  std::string problem;

  /// Not blocking: a pipe without a writer would hold the program for ever.
  explicit OpenedFile(const std::filesystem::path& file) {
    if (has_nul(file)) {
      problem = kNulInPath;
      return;
    }
    descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) problem = std::strerror(errno);
    else if (S_ISDIR(status.st_mode)) problem = "it is a directory";
    else if (!S_ISREG(status.st_mode)) problem = kNoFile;
  }
  ~OpenedFile() {
    if (descriptor >= 0) ::close(descriptor);
  }
  OpenedFile(const OpenedFile&) = delete;
  OpenedFile& operator=(const OpenedFile&) = delete;
};

void write_new(const std::filesystem::path& file, std::string_view text, bool onto_disk) {
  NewFile made(file);
  OutputFile out(made.descriptor(), file);
  out << text;
  out.close();
  if (onto_disk) sync_to_disk(made.temporary());
  made.replace();
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code absent;
  return !has_nul(path) && std::filesystem::is_directory(path, absent);
}

bool is_backup(const std::filesystem::path& file) {
  constexpr auto endings = std::to_array<std::string_view>({".bak", ".old", ".orig", ".tmp", ".part", "~"});
  const std::string name = file.filename().string();
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

/// What is in a folder and not hidden, in order of the names.
std::vector<std::filesystem::path> visible_in(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (!entry.path().filename().string().starts_with('.')) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

}  // namespace

bool is_file(const std::filesystem::path& path) {
  std::error_code absent;
  return !has_nul(path) && std::filesystem::is_regular_file(path, absent);
}

std::string why_unreadable(const std::filesystem::path& file) {
  return OpenedFile(file).problem;
}

std::optional<std::string> read_file(const std::filesystem::path& file) {
  const OpenedFile in(file);
  if (!in.problem.empty()) return std::nullopt;
  std::string text;
  std::array<char, std::size_t{1} << 16> part{};
  for (ssize_t got = 0; (got = ::read(in.descriptor, part.data(), part.size())) != 0;) {
    if (got < 0 && errno != EINTR) return std::nullopt;
    if (got > 0) text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::vector<std::filesystem::path> files_at(const std::filesystem::path& path) {
  if (!is_folder(path)) return {path};
  auto files = visible_in(path);
  std::erase_if(files, [](const auto& file) { return is_folder(file) || is_backup(file); });
  return files;
}

std::string left_out_at(const std::filesystem::path& path) {
  if (!is_folder(path)) return {};
  std::vector<std::string> names;
  for (const auto& file : visible_in(path))
    if (is_folder(file) || is_backup(file)) names.push_back(file.filename().string() + (is_folder(file) ? "/" : ""));
  return join(names, ", ");
}

void write_file(const std::filesystem::path& file, std::string_view text) {
  OutputFile out(file);
  out << text;
  out.close();
}

void write_whole(const std::filesystem::path& file, std::string_view text) {
  write_new(file, text, false);
}

void write_atomically(const std::filesystem::path& file, std::string_view text) {
  write_new(file, text, true);
  const auto folder = file.parent_path();
  sync_to_disk(folder.empty() ? "." : folder);
}

void sync_to_disk(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && (::fsync(descriptor) == 0 || errno == EINVAL);  // some cannot, for folders
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw WriteError(path, error);
}

}  // namespace headroom
