#include "base/readable.hpp"

#include <array>
#include <cstdio>

namespace headroom {

std::string readable(Seconds time) {
  const auto seconds = static_cast<long>(time.value() + 0.5);
  std::array<char, 48> text{};
  if (seconds < 60) std::snprintf(text.data(), text.size(), "%ld s", seconds);
  else if (seconds < 3600) std::snprintf(text.data(), text.size(), "%ld:%02ld min", seconds / 60, seconds % 60);
  else if (seconds < 86400) std::snprintf(text.data(), text.size(), "%ld:%02ld h", seconds / 3600, seconds / 60 % 60);
  else std::snprintf(text.data(), text.size(), "%ld d %02ld h", seconds / 86400, seconds / 3600 % 24);
  return text.data();
}

}  // namespace headroom
