#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace headroom::fuzz {

/// One reader, as `LLVMFuzzerTestOneInput` of tests/fuzz/NAME.cpp.
struct Target {
  std::string_view name;
  int (*run)(const std::uint8_t*, std::size_t);
};

/// All of them; the list is written by CMake.
[[nodiscard]] std::span<const Target> targets();

}  // namespace headroom::fuzz
