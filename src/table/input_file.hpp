#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// The lines of a text file, plain or gzip. Throws InputError where the file is missing, cut off or corrupt.
class InputFile {
 public:
  explicit InputFile(std::string path);

  /// The next line without its end (LF or CRLF), valid until the next call; false at the end of the file.
  bool next(std::string_view& line);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Number of the line read last, from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }
  /// `path:line` of the line read last.
  [[nodiscard]] std::string where() const;

 private:
  void fill();
  void read_more();
  [[noreturn]] void fail_reading() const;

  struct Close {
    void operator()(void* file) const;
  };
  std::string path_;
  std::unique_ptr<void, Close> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of the bytes not yet handed out
  std::size_t end_ = 0;
  std::uint64_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace headroom
