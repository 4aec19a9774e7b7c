#include "table/input_file.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/problem.hpp"

namespace headroom {
namespace {

constexpr std::size_t read_bytes = std::size_t{1} << 18;
constexpr std::size_t longest_line_bytes = std::size_t{1} << 24;

gzFile handle(void* file) {
  return static_cast<gzFile>(file);
}

}  // namespace

void InputFile::Close::operator()(void* file) const {
  gzclose_r(handle(file));
}

InputFile::InputFile(std::string path) : path_(std::move(path)), buffer_(read_bytes) {
  errno = 0;
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) throw InputError(path_, std::string("cannot be opened: ") + std::strerror(errno));
  gzbuffer(handle(file_.get()), static_cast<unsigned>(read_bytes));
  fill();
  if (path_.ends_with(".gz") && end_ > 0 && gzdirect(handle(file_.get())) != 0)
    throw InputError(path_, "is not a gzip file although its name ends in .gz");
}

std::string InputFile::where() const {
  return path_ + ':' + std::to_string(line_);
}

void InputFile::fail_reading() const {
  int code = Z_OK;
  const std::string text = gzerror(handle(file_.get()), &code);
  if (code == Z_ERRNO) throw InputError(path_, std::string("cannot be read: ") + std::strerror(errno));
  throw InputError(path_, code == Z_BUF_ERROR ? "the gzip data are cut off" : "the gzip data are corrupt");
}

/// Moves the unread bytes to the front of the buffer and reads behind them, growing the buffer when it is full.
void InputFile::fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) {
    if (end_ >= longest_line_bytes) throw InputError(path_ + ':' + std::to_string(line_ + 1), "the line is too long");
    buffer_.resize(buffer_.size() * 2);
  }
  read_more();
}

void InputFile::read_more() {
  errno = 0;
  const auto room = static_cast<unsigned>(buffer_.size() - end_);
  const int count = gzread(handle(file_.get()), buffer_.data() + end_, room);
  if (count < 0) fail_reading();
  if (static_cast<unsigned>(count) < room) {
    int code = Z_OK;
    gzerror(handle(file_.get()), &code);
    if (code != Z_OK && code != Z_STREAM_END) fail_reading();
    at_end_ = true;
  }
  end_ += static_cast<std::size_t>(count);
}

bool InputFile::next(std::string_view& line) {
  std::size_t searched = begin_;
  while (true) {
    const void* found = end_ > searched ? std::memchr(buffer_.data() + searched, '\n', end_ - searched) : nullptr;
    if (found != nullptr || at_end_) {
      if (found == nullptr && begin_ == end_) return false;
      const std::size_t stop =
          found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) : end_;
      line = std::string_view(buffer_.data() + begin_, stop - begin_);
      if (line.ends_with('\r')) line.remove_suffix(1);
      begin_ = found != nullptr ? stop + 1 : end_;
      ++line_;
      return true;
    }
    const std::size_t pending = end_ - begin_;
    fill();
    searched = begin_ + pending;
  }
}

}  // namespace headroom
