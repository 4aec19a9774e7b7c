#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace headroom {

/// The system did not take what was to be written: which file, and why. Exit code 1 where the disk is full or
/// broken, 2 where the path cannot be used.
class WriteError : public std::runtime_error {
 public:
  /// `error` is an errno.
  WriteError(std::filesystem::path file, int error);
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] int error() const { return error_; }

 private:
  std::filesystem::path file_;
  int error_;
};

/// A file that is being written; what the system does not take is a WriteError at once.
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& file);
  /// A file that is open already, and which this closes.
  OutputFile(int descriptor, std::filesystem::path file);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  OutputFile& operator<<(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= kBufferBytes) flush();
    return *this;
  }
  OutputFile& operator<<(char letter) { return *this << std::string_view(&letter, 1); }
  template <std::integral Number>
  requires(!std::same_as<Number, char> && !std::same_as<Number, bool>) OutputFile& operator<<(Number number) {
    std::array<char, 24> digits{};
    return *this << std::string_view(digits.data(),
                                     std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }
  /// Hands the rest to the system.
  void close();

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

  void flush();

  std::filesystem::path file_;
  int descriptor_;
  std::string buffer_;
};

}  // namespace headroom
