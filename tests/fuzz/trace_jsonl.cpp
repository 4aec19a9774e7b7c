#include <cstddef>
#include <cstdint>

#include "fuzz/support/file_of_scenario.hpp"
#include "fuzz/support/scratch.hpp"

using namespace headroom;

/// A trace as JSON lines, plain or compressed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::FileOfScenario scenario(R"({"trace": {"path": "FILE"}})", "input.jsonl");
  scenario.read(fuzz::text_of(data, size));
  return 0;
}
