#include "workload/trace_writer.hpp"

#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include "table/utc_time.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_bytes = std::size_t{1} << 16;
constexpr std::int64_t epoch_s = 1'704'067'200;  // 2024-01-01 00:00:00 UTC

/// A file written under a temporary name, which is removed unless the file is finished.
class OutputFile {
 public:
  explicit OutputFile(std::string path)
      : path_(std::move(path)), temporary_(path_ + '.' + std::to_string(getpid()) + ".tmp") {
    const fs::path folder = fs::path(path_).parent_path();
    std::error_code ignored;  // opening tells what is wrong
    if (!folder.empty()) fs::create_directories(folder, ignored);
    errno = 0;
    file_ = gzopen(temporary_.c_str(), path_.ends_with(".gz") ? "wb9" : "wbT");
    if (file_ == nullptr) fail();
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() {
    if (file_ != nullptr) gzclose_w(file_);
    std::error_code ignored;
    if (!finished_) fs::remove(temporary_, ignored);
  }

  void write(const std::string& text) {
    errno = 0;
    if (!text.empty() && gzwrite(file_, text.data(), static_cast<unsigned>(text.size())) == 0) fail();
  }

  void finish() {
    errno = 0;
    if (gzclose_w(std::exchange(file_, nullptr)) != Z_OK) fail();
    std::error_code error;
    fs::rename(temporary_, path_, error);
    if (error) throw std::runtime_error(path_ + " cannot be written: " + error.message());
    finished_ = true;
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error(path_ + " cannot be written: " + (errno != 0 ? std::strerror(errno) : "unknown error"));
  }

  std::string path_;
  std::string temporary_;
  gzFile file_ = nullptr;
  bool finished_ = false;
};

void append_row(std::string& text, const Request& request, const ClassTable& table, bool typed) {
  append_wall_time(text, epoch_s, std::llround(request.arrival.value() * 1e7));
  text += ',';
  text += std::to_string(request.input_tokens);
  text += ',';
  text += std::to_string(request.output_tokens);
  if (typed) text += ',' + table.type(request.request_class);
  text += '\n';
}

}  // namespace

std::uint64_t write_trace(RequestSource& source, const ClassTable& table, const std::string& path) {
  OutputFile file(path);
  const bool typed = table.typed();
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens";
  text += typed ? ",Class\n" : "\n";
  std::uint64_t count = 0;
  Request request;
  while (source.next(request)) {
    append_row(text, request, table, typed);
    ++count;
    if (text.size() < chunk_bytes) continue;
    file.write(text);
    text.clear();
  }
  file.write(text);
  file.finish();
  return count;
}

}  // namespace headroom
