#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace headroom {

enum class Compression : std::uint8_t { none, gzip, zstd };
inline std::array<std::string_view, 3> words_of(Compression) {
  return {"none", "gzip", "zstd"};
}

/// The bytes of a regular file, of which the decoders take what they need.
class RawBytes {
 public:
  explicit RawBytes(std::string path);
  RawBytes(const RawBytes&) = delete;
  RawBytes& operator=(const RawBytes&) = delete;
  ~RawBytes();

  /// The bytes that are read and not yet taken; none only at the end of the file.
  [[nodiscard]] std::string_view peek();
  void take(std::size_t count) { begin_ += count; }
  /// Takes up to `room` bytes, past the buffer where that is empty; how many, 0 only at the end.
  std::size_t read(char* to, std::size_t room);
  [[nodiscard]] const std::string& path() const { return path_; }
  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::size_t read_file(char* to, std::size_t room);

  std::string path_;
  int descriptor_ = -1;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t size_bytes_ = 0;  ///< of the file when it was opened
  std::uint64_t read_bytes_ = 0;
};

/// Turns the bytes of a file into those that were compressed.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Puts up to `room` bytes there; how many, 0 only at the end.
  virtual std::size_t read(char* to, std::size_t room) = 0;
};

/// What a file holds before compression: plain, gzip or zstd of any number of members, told by its first bytes. Throws
/// InputError where the file is missing, no regular file, cut off, corrupt, of another compression, changed while it is
/// read, or goes on behind its compressed data.
class ByteStream {
 public:
  explicit ByteStream(std::string path);

  std::size_t read(char* to, std::size_t room) { return decoder_->read(to, room); }
  [[nodiscard]] Compression compression() const { return compression_; }
  [[nodiscard]] const std::string& path() const { return raw_.path(); }

 private:
  RawBytes raw_;
  Compression compression_ = Compression::none;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace headroom
