#include <cstddef>
#include <cstdint>

#include "fuzz/support/file_of_scenario.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A measured waveform.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::FileOfScenario scenario(R"({"jobs": [{"name": "job", "gpus": 8, "waveform": {"path": "FILE"}}]})",
                                             "input.csv");
  scenario.read(fuzz::text_of(data, size));
  return 0;
}
