#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/byte_stream.hpp"

namespace headroom {

/// The lines of a text file without its byte order mark. Throws InputError as ByteStream does, and for a line of more
/// than 16 MiB (256 MiB in JSON, where a line may be a whole document).
class InputFile {
 public:
  explicit InputFile(std::string path);

  /// The next line without its end (LF or CRLF), valid until the next call; false at the end of the file.
  bool next(std::string_view& line);
  /// Lets `line` go on over its end to the end of the line after it; false at the end of the file.
  bool extend(std::string_view& line);

  /// Whether the text begins as JSON does: with `{` or `[`.
  [[nodiscard]] bool is_json() const { return is_json_; }
  [[nodiscard]] const std::string& path() const { return bytes_.path(); }
  [[nodiscard]] Compression compression() const { return bytes_.compression(); }
  /// Number of the line that was read last, from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }
  /// `path:line` of the line read last.
  [[nodiscard]] std::string where() const;

 private:
  void fill();
  bool find_end(std::size_t searched, std::string_view& line);

  ByteStream bytes_;
  std::vector<char> buffer_;
  std::size_t start_ = 0;  ///< of the line that was handed out last
  std::size_t begin_ = 0;  ///< of the bytes behind it
  std::size_t end_ = 0;
  std::uint64_t line_ = 0;
  bool at_end_ = false;
  bool is_json_ = false;
};

}  // namespace headroom
