#include "table/byte_stream.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/problem.hpp"

namespace headroom {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 18;
constexpr std::string_view gzip_magic = "\x1F\x8B";
constexpr std::string_view zstd_magic = "\x28\xB5\x2F\xFD";

class Plain : public Decoder {
 public:
  explicit Plain(RawBytes& raw) : raw_(raw) {}
  std::size_t read(char* to, std::size_t room) override { return raw_.read(to, room); }

 private:
  RawBytes& raw_;
};

class Gzip : public Decoder {
 public:
  explicit Gzip(RawBytes& raw) : raw_(raw) {
    if (inflateInit2(&state_, 15 + 16) != Z_OK) raw_.fail("the gzip data cannot be read: no memory");
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { inflateEnd(&state_); }

  std::size_t read(char* to, std::size_t room) override {
    state_.next_out = reinterpret_cast<Bytef*>(to);
    state_.avail_out = static_cast<uInt>(std::min<std::size_t>(room, buffer_bytes));
    const uInt asked = state_.avail_out;
    while (state_.avail_out == asked && inflate_some()) {
    }
    return asked - state_.avail_out;
  }

 private:
  /// One step of the decoder; false at the end of the last member.
  bool inflate_some() {
    const std::string_view bytes = raw_.peek();
    if (between_members_) {
      if (bytes.empty()) return false;
      if (!gzip_magic.starts_with(bytes.substr(0, gzip_magic.size()))) raw_.fail("goes on behind its gzip data");
      inflateReset(&state_);
      between_members_ = false;
    }
    if (bytes.empty()) raw_.fail("the gzip data are cut off");
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib's type, it only reads
    state_.avail_in = static_cast<uInt>(bytes.size());
    const int code = inflate(&state_, Z_NO_FLUSH);
    raw_.take(bytes.size() - state_.avail_in);
    if (code == Z_STREAM_END) between_members_ = true;
    else if (code != Z_OK && code != Z_BUF_ERROR) raw_.fail("the gzip data are corrupt");
    return true;
  }

  RawBytes& raw_;
  z_stream state_{};
  bool between_members_ = false;
};

class Zstd : public Decoder {
 public:
  explicit Zstd(RawBytes& raw) : raw_(raw), state_(ZSTD_createDStream()) {}
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
  ~Zstd() override { ZSTD_freeDStream(state_); }

  std::size_t read(char* to, std::size_t room) override {
    ZSTD_outBuffer out{to, room, 0};
    while (out.pos == 0) {
      const std::string_view bytes = raw_.peek();
      if (bytes.empty() && between_frames_) return 0;
      ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
      const std::size_t code = ZSTD_decompressStream(state_, &out, &in);
      if (ZSTD_isError(code) != 0) refuse(code);
      if (bytes.empty() && out.pos == 0) raw_.fail("the zstd data are cut off");
      raw_.take(in.pos);
      between_frames_ = code == 0;
    }
    return out.pos;
  }

 private:
  [[noreturn]] void refuse(std::size_t code) const {
    if (between_frames_) raw_.fail("goes on behind its zstd data");
    raw_.fail(std::string("the zstd data cannot be read: ") + ZSTD_getErrorName(code));
  }

  RawBytes& raw_;
  ZSTD_DStream* state_;
  bool between_frames_ = false;
};

/// What a file is that begins so and is not read, or nothing.
std::string_view other_kind(std::string_view bytes) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kinds{{
      {std::string_view("\xFD\x37\x7AXZ\0", 6), "is compressed with xz: use gzip or zstd"},
      {"BZh", "is compressed with bzip2: use gzip or zstd"},
      {"\x04\x22\x4D\x18", "is compressed with lz4: use gzip or zstd"},
      {"PK\x03\x04",
       "is a zip archive or a spreadsheet: save the table as CSV, compressed with gzip or zstd if at all"},
      {"PAR1", "is a Parquet file: save the table as CSV or JSON lines"},
      {"\xFF\xFE", "is UTF-16 text: save it as UTF-8"},
      {"\xFE\xFF", "is UTF-16 text: save it as UTF-8"},
      {"version https://git-lfs", "is a pointer of Git LFS, not the file itself: fetch it (git lfs pull)"},
  }};
  for (const auto& [magic, what] : kinds)
    if (bytes.starts_with(magic)) return what;
  return {};
}

}  // namespace

RawBytes::RawBytes(std::string path) : path_(std::move(path)), buffer_(new char[buffer_bytes]) {
  if (path_.find('\0') != std::string::npos)
    throw InputError(std::string(path_.c_str()), "cannot be opened: the path holds a NUL character");
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO would keep us waiting
  if (descriptor_ < 0) fail(std::string("cannot be opened: ") + std::strerror(errno));
  struct stat info {};
  const bool known = ::fstat(descriptor_, &info) == 0;
  if (known && S_ISREG(info.st_mode)) {
    size_bytes_ = static_cast<std::uint64_t>(info.st_size);
    return;
  }
  ::close(descriptor_);
  fail(known && S_ISDIR(info.st_mode) ? "cannot be read: Is a directory" : "is not a regular file");
}

RawBytes::~RawBytes() {
  ::close(descriptor_);
}

void RawBytes::fail(const std::string& what) const {
  throw InputError(path_, what);
}

std::string_view RawBytes::peek() {
  if (begin_ == end_) {
    begin_ = 0;
    end_ = read_file(buffer_.get(), buffer_bytes);
  }
  return {buffer_.get() + begin_, end_ - begin_};
}

std::size_t RawBytes::read(char* to, std::size_t room) {
  if (begin_ == end_) return read_file(to, room);
  const std::string_view bytes = peek().substr(0, room);
  std::memcpy(to, bytes.data(), bytes.size());
  take(bytes.size());
  return bytes.size();
}

std::size_t RawBytes::read_file(char* to, std::size_t room) {
  std::size_t size = 0;
  while (size < room) {
    const ssize_t count = ::read(descriptor_, to + size, room - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(std::string("cannot be read: ") + std::strerror(errno));
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  read_bytes_ += size;
  if (size < room && read_bytes_ != size_bytes_) fail("has changed while it was being read");
  return size;
}

ByteStream::ByteStream(std::string path) : raw_(std::move(path)) {
  const std::string_view bytes = raw_.peek();
  if (const std::string_view kind = other_kind(bytes); !kind.empty()) raw_.fail(std::string(kind));
  if (bytes.starts_with(gzip_magic)) compression_ = Compression::gzip;
  if (bytes.starts_with(zstd_magic)) compression_ = Compression::zstd;
  for (const auto& [end, kind] : {std::pair{".gz", Compression::gzip}, std::pair{".zst", Compression::zstd}})
    if (this->path().ends_with(end) && compression_ != kind && !bytes.empty())
      raw_.fail("is not a " + std::string(words_of(kind)[static_cast<std::size_t>(kind)]) +
                " file although its name ends in " + end);
  if (compression_ == Compression::gzip) decoder_ = std::make_unique<Gzip>(raw_);
  else if (compression_ == Compression::zstd) decoder_ = std::make_unique<Zstd>(raw_);
  else decoder_ = std::make_unique<Plain>(raw_);
}

}  // namespace headroom
