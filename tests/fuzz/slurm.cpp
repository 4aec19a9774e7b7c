#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/support/scratch.hpp"
#include "study/slurm_command.hpp"
#include "study/slurm_queue.hpp"

using namespace headroom;

/// What Slurm said.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  static_cast<void>(slurm_stage(text));
  static_cast<void>(slurm_message({1, text, text}));
  return 0;
}
