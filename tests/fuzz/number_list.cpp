#include "predict/number_list.hpp"

#include <cstddef>
#include <cstdint>

#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A list of numbers and ranges of `predict`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::only_input_errors([&] { static_cast<void>(number_list(fuzz::text_of(data, size), "--batch", 1000)); });
  return 0;
}
