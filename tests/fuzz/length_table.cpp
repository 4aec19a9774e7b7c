#include <cstddef>
#include <cstdint>

#include "fuzz/support/file_of_scenario.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A table of lengths.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::FileOfScenario scenario(R"({"synthetic": {"rate_per_s": 2, "duration_s": 60, "classes": [
      {"input": {"kind": "empirical", "path": "FILE"}, "output": {"kind": "fixed", "tokens": 9}}]}})",
                                             "input.csv");
  scenario.read(fuzz::text_of(data, size));
  return 0;
}
