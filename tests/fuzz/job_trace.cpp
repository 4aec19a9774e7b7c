#include <cstddef>
#include <cstdint>

#include "fuzz/support/file_of_scenario.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A job trace.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::FileOfScenario scenario(
      R"({"job_trace": {"path": "FILE", "shapes": {"small": {"waveform": {"phases": [
      {"kind": "compute", "duration_s": 1, "power_fraction": 1}]}}}}})",
      "input.csv");
  scenario.read(fuzz::text_of(data, size));
  return 0;
}
