#include "study/study.hpp"

#include <cstddef>
#include <cstdint>

#include "config/folders.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A study.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::ScratchFile file("study.json");
  static const ConfigFolders folders({});
  file.write(fuzz::text_of(data, size));
  fuzz::only_input_errors([] { load_study(file.path(), folders); });
  return 0;
}
