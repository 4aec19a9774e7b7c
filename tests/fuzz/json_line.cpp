#include "config/json_line.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// Numbers of one JSON line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<LineNumber, 3> wanted{LineNumber{"timestamp"}, LineNumber{"input_length"}, LineNumber{"a"}};
  static_cast<void>(parse_json_line(fuzz::text_of(data, size), wanted));
  return 0;
}
