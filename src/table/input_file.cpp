#include "table/input_file.hpp"

#include <cstring>
#include <utility>

#include "base/problem.hpp"

namespace headroom {
namespace {

constexpr std::size_t first_buffer_bytes = std::size_t{1} << 18;
constexpr std::size_t longest_line_bytes = std::size_t{1} << 24;
constexpr std::size_t longest_document_bytes = std::size_t{1} << 28;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

InputFile::InputFile(std::string path) : bytes_(std::move(path)), buffer_(first_buffer_bytes) {
  fill();
  const std::string_view text(buffer_.data(), end_);
  if (text.starts_with(byte_order_mark)) begin_ = start_ = byte_order_mark.size();
  const std::size_t first = text.find_first_not_of(" \t\r\n", begin_);
  is_json_ = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

std::string InputFile::where() const {
  return path() + ':' + std::to_string(line_);
}

/// Moves the line in hand to the front of the buffer and reads behind it, growing the buffer when it is full.
void InputFile::fill() {
  std::memmove(buffer_.data(), buffer_.data() + start_, end_ - start_);
  end_ -= start_;
  begin_ -= start_;
  start_ = 0;
  if (end_ == buffer_.size()) {
    if (end_ >= (is_json_ ? longest_document_bytes : longest_line_bytes))
      throw InputError(path() + ':' + std::to_string(line_ + 1), "the line is too long");
    buffer_.resize(buffer_.size() * 2);
  }
  while (end_ < buffer_.size() && !at_end_) {
    const std::size_t count = bytes_.read(buffer_.data() + end_, buffer_.size() - end_);
    at_end_ = count == 0;
    end_ += count;
  }
}

bool InputFile::next(std::string_view& line) {
  start_ = begin_;
  return find_end(begin_, line);
}

bool InputFile::extend(std::string_view& line) {
  return find_end(begin_, line);
}

/// Hands out the line from its start to the first line end behind `searched`.
bool InputFile::find_end(std::size_t searched, std::string_view& line) {
  while (true) {
    const void* found = end_ > searched ? std::memchr(buffer_.data() + searched, '\n', end_ - searched) : nullptr;
    if (found != nullptr || at_end_) {
      if (found == nullptr && begin_ == end_) return false;
      const std::size_t stop =
          found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) : end_;
      line = std::string_view(buffer_.data() + start_, stop - start_);
      if (line.ends_with('\r')) line.remove_suffix(1);
      begin_ = found != nullptr ? stop + 1 : end_;
      ++line_;
      return true;
    }
    const std::size_t pending = end_ - start_;
    fill();
    searched = start_ + pending;
  }
}

}  // namespace headroom
