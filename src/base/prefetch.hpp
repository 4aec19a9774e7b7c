#pragma once

#include <cstddef>

namespace headroom {

inline constexpr std::size_t kCacheLine = 64;  ///< bytes

/// Has the cache fetch memory that will be read and changed soon, while something else is done.
inline void prefetch(const void* memory, std::size_t bytes = 1) {
  for (std::size_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(static_cast<const char*>(memory) + at, 1);
}

}  // namespace headroom
