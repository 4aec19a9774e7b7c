#include "trace/trace_writer.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/file.hpp"
#include "base/interrupt.hpp"
#include "base/new_name.hpp"
#include "base/output_file.hpp"
#include "base/problem.hpp"
#include "table/input_file.hpp"
#include "table/utc_time.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_bytes = std::size_t{1} << 16;
constexpr std::int64_t epoch_s = 1'704'067'200;  // 2024-01-01 00:00:00 UTC

constexpr std::string_view kHeader = "TIMESTAMP,ContextTokens,GeneratedTokens";
constexpr std::string_view kClassColumn = ",Class", kImagesColumn = ",Images";
constexpr std::string_view kFirstDay = "2024-01-01 ", kCentury = "20";

std::string header(bool typed, bool with_images) {
  std::string text(kHeader);
  if (typed) text += kClassColumn;
  if (with_images) text += kImagesColumn;
  return text;
}

bool is_own_header(std::string_view line) {
  for (const bool typed : {false, true})
    for (const bool with_images : {false, true})
      if (line == header(typed, with_images)) return true;
  return false;
}

/// Whether a file is a trace that this program wrote: its header, and rows as long whose dates begin at the day that it
/// takes for time 0.
bool is_own_trace(const std::string& path) {
  if (!is_file(path)) return false;
  try {
    InputFile file(path);
    std::string_view line;
    if (!file.next(line) || !is_own_header(line)) return false;
    const auto commas = std::ranges::count(line, ',');
    for (bool first = true; file.next(line); first = false)
      if (std::ranges::count(line, ',') != commas || !line.starts_with(first ? kFirstDay : kCentury)) return false;
    return true;
  } catch (const InputError&) {
    return false;
  }
}

/// A trace in the making, compressed where its name ends in .gz.
class NewTrace {
 public:
  explicit NewTrace(const std::string& path)
      : replaced_(identity_of(path)),
        made_(path),
        file_(gzdopen(made_.descriptor(), path.ends_with(".gz") ? "wb9" : "wbT")) {}
  NewTrace(const NewTrace&) = delete;
  NewTrace& operator=(const NewTrace&) = delete;
  ~NewTrace() {
    if (file_ != nullptr) gzclose_w(file_);
  }

  void write(const std::string& text) {
    if (!text.empty() && gzwrite(file_, text.data(), static_cast<unsigned>(text.size())) == 0) fail();
  }

  void publish(bool force) {
    if (gzclose_w(std::exchange(file_, nullptr)) != Z_OK) fail();
    sync_to_disk(made_.temporary());
    if (made_.take_free_name()) return;
    if (!force || identity_of(made_.target()) != replaced_ || !is_own_trace(made_.target().string()))
      throw InputError("--out " + made_.target().string(), "has appeared meanwhile and is left alone");
    made_.replace();
  }

 private:
  [[noreturn]] void fail() const { throw WriteError(made_.target(), errno); }

  std::optional<FileIdentity> replaced_;  ///< what had the name at first
  NewFile made_;
  gzFile file_;
};

/// The file that a new trace is to become: with `force` one that is there, at the end of its symlinks.
std::string checked(const std::string& path, bool force) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path, error))) return path;
  const std::string where = "--out " + path;
  if (!force) throw InputError(where, "exists already; choose another name or add --force to replace it");
  const fs::path meant = fs::canonical(path, error);
  if (error) throw InputError(where, "is a symbolic link that leads nowhere: " + error.message());
  if (!is_own_trace(meant.string()))
    throw InputError(where, "is no trace that headroom wrote, --force does not replace it");
  return meant.string();
}

void make_folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) throw InputError("--out " + path, "its folder cannot be made: " + error.message());
}

void append_row(std::string& text, const Request& request, const ClassTable& table, bool typed, bool with_images) {
  append_wall_time(text, epoch_s, std::llround(request.arrival.value() * 1e7));
  text += ',';
  text += std::to_string(request.input_tokens);
  text += ',';
  text += std::to_string(request.output_tokens);
  if (typed) text += ',' + table.type(request.request_class);
  if (with_images) text += ',' + std::to_string(request.images);
  text += '\n';
}

}  // namespace

std::uint64_t write_trace(RequestSource& source, const ClassTable& table, const std::string& path, bool force) {
  const std::string target = checked(path, force);
  make_folder_of(target);
  NewTrace file(target);
  const bool typed = table.typed(), with_images = source.brings_images();
  std::string text = header(typed, with_images);
  text += '\n';
  std::uint64_t count = 0;
  Request request;
  while (source.next(request)) {
    append_row(text, request, table, typed, with_images);
    ++count;
    if (text.size() < chunk_bytes) continue;
    stop_if_interrupted();
    file.write(text);
    text.clear();
  }
  file.write(text);
  stop_if_interrupted();
  file.publish(force);
  return count;
}

}  // namespace headroom
