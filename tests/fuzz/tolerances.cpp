#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "compare/tolerance.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A tolerance file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::ScratchFile file("tolerances.json");
  static const std::array<std::string, 3> pointers{"/power/row0/mean_w", "/power/row1/mean_w", "/seed"};
  file.write(fuzz::text_of(data, size));
  fuzz::only_input_errors([] { static_cast<void>(Tolerances(file.path(), pointers).at(pointers[0])); });
  return 0;
}
