#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace headroom {

/// Stops with exit code 134 where Headroom itself is wrong; on in release too.
inline void check_that(bool holds, std::string_view what, double simulated_s = -1.0,
                       const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "headroom: bug at %s:%d: %.*s", file, line, static_cast<int>(what.size()), what.data());
  if (simulated_s >= 0) std::fprintf(stderr, " (simulated time %.9f s)", simulated_s);
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace headroom
