#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace headroom {

/// What to do with rows of what failed.
enum class FailedRows : std::uint8_t { refuse, skip };
inline std::array<std::string_view, 2> words_of(FailedRows) {
  return {"refuse", "skip"};
}

}  // namespace headroom
