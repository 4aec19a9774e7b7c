#pragma once

#include <cstddef>

namespace headroom {

inline constexpr std::size_t kCacheLine = 64;  ///< bytes

/// Has the cache fetch the line of this address, which will be read and changed soon, while something else is done.
inline void prefetch_line(const void* address) {
  __builtin_prefetch(address, 1);
  asm volatile("");  // g++ takes functions that do nothing but fetch for ones without effect, and drops calls of them
}

/// The same for the lines of an object.
template <class Object>
void prefetch(const Object* object) {
  constexpr std::size_t size = sizeof(Object);
  constexpr bool is_aligned = alignof(Object) % kCacheLine == 0;
  const char* const bytes = reinterpret_cast<const char*>(object);
#pragma GCC unroll 16
  for (std::size_t at = 0; at < size; at += kCacheLine) prefetch_line(bytes + at);
  if (!is_aligned) prefetch_line(bytes + size - 1);
}

/// The same for some that stand one behind the other.
template <class Object>
void prefetch(const Object* first, std::size_t count) {
  const char* const bytes = reinterpret_cast<const char*>(first);
  for (std::size_t at = 0; at < count * sizeof(Object); at += kCacheLine) prefetch_line(bytes + at);
}

}  // namespace headroom
