#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace headroom {

/// Mixes 64 bits so that each output bit depends on every input bit (the finaliser of SplitMix64, Steele et al. 2014).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

constexpr std::uint64_t hash(std::uint64_t a, std::uint64_t b) {
  return mix(mix(a) ^ b);
}

/// FNV-1a over the text, then mixed with the seed.
constexpr std::uint64_t hash(std::uint64_t seed, std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash(seed, h);
}

/// Goes on hashing with more bytes, eight at a time, for large contents; the last part alone may be no multiple of
/// eight.
inline std::uint64_t hash_words(std::uint64_t h, std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little, "equal files have equal hashes on all machines");
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t word = 0;
    if (bytes.size() - at >= 8) std::memcpy(&word, bytes.data() + at, 8);
    else std::memcpy(&word, bytes.data() + at, bytes.size() - at);
    h = std::rotl(h ^ word, 29) * 0x9e3779b97f4a7c15ULL;
  }
  return h;
}

/// The hash as a number in [0, 1).
constexpr double unit(std::uint64_t h) {
  return static_cast<double>(h >> 11) * 0x1.0p-53;
}

}  // namespace headroom
