#include "scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>

#include "config/folders.hpp"
#include "fuzz/support/file_of_scenario.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A whole scenario, which may name the files of configs/.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::ScratchFile file("scenario.json");
  static const ConfigFolders folders({});
  file.write(fuzz::text_of(data, size));
  fuzz::only_input_errors([] { fuzz::read_workload(load_scenario(file.path(), folders, {}).scenario); });
  return 0;
}
