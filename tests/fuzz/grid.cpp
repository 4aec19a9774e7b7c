#include <cstddef>
#include <cstdint>

#include "fuzz/support/scratch.hpp"
#include "grid/grid_files.hpp"

using namespace headroom;

/// The grid.json of a run.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::ScratchFile file("grid.json");
  file.write(fuzz::text_of(data, size));
  fuzz::only_input_errors([] { static_cast<void>(read_grid(file.path())); });
  return 0;
}
