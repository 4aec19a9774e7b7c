#include <cstddef>
#include <cstdint>

#include "compare/result_table.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// The result of a run or a sweep, as `compare` reads it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::ScratchFile file("summary.json");
  file.write(fuzz::text_of(data, size));
  fuzz::only_input_errors([] { static_cast<void>(read_result(file.path())); });
  return 0;
}
