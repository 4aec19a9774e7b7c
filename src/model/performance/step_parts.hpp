#pragma once

#include "headroom/step.hpp"

namespace headroom {

/// Of a step's work, the tokens of those that decode.
[[nodiscard]] inline StepShape only_decodes(const StepShape& step) {
  StepShape part;
  part.decodes = step.decodes;
  part.decode_context_tokens = step.decode_context_tokens;
  return part;
}

/// Of a step's work, the chunks of prompts.
[[nodiscard]] inline StepShape only_prefills(const StepShape& step) {
  StepShape part = step;
  part.decodes = part.decode_context_tokens = 0;
  return part;
}

}  // namespace headroom
