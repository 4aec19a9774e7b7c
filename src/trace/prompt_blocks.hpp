#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "headroom/prefix.hpp"

namespace headroom {

/// What a reader of requests is to do about the blocks of their prompts.
enum class PromptBlocks : std::uint8_t {
  unused,
  where_told,  ///< gives them where the trace has them
  needed       ///< refuses a trace, or a row, without them
};

/// Reads the ids of a prompt's blocks, as JSON (`[1, 2, 3]`), into keys: equal chains of ids from the start are equal.
void read_blocks(std::string_view ids, std::vector<BlockKey>& blocks);

}  // namespace headroom
