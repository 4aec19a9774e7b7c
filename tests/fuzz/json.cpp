#include "config/json.hpp"

#include <cstddef>
#include <cstdint>

#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// Any JSON document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::only_input_errors([&] { static_cast<void>(parse_json(fuzz::text_of(data, size), "input").dump()); });
  return 0;
}
