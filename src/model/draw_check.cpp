#include "model/draw_check.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"
#include "model/power/clamp.hpp"

namespace headroom {
namespace {

/// From one size that is tried to the next: between kinks a draw changes less.
constexpr double kSizeRatio = 1.25;

std::vector<double> sizes_up_to(double most) {
  std::vector<double> sizes;
  for (double size = 1; size < most; size *= kSizeRatio) sizes.push_back(std::round(size));
  sizes.push_back(most);
  return sizes;
}

StepShape decodes_of(double sequences, double context_tokens) {
  StepShape step;
  step.decodes = sequences;
  step.decode_context_tokens = context_tokens;
  return step;
}

/// A chunk of a prompt behind what is held of it, beside decodes.
StepShape with_chunk(StepShape step, double tokens, double held_tokens) {
  step.add_prefill(1, tokens, held_tokens);
  return step;
}

std::string said_of(const StepShape& step) {
  if (step.prefill_tokens > 0) return "a step with " + shortest(step.prefill_tokens) + " prompt tokens";
  return step.decodes > 1 ? "a decode step of " + shortest(step.decodes) + " sequences"
                          : "a decode step of one sequence";
}

}  // namespace

std::string check_draws(const PerformanceModel& performance, const PowerModel& power, const GpuSpec& gpu,
                        const LargestStep& largest) {
  std::vector<StepShape> steps;
  for (const double sequences : sizes_up_to(largest.sequences))
    for (const double context : {0.0, largest.context_tokens}) steps.push_back(decodes_of(sequences, context));
  for (const double tokens : sizes_up_to(largest.prompt_tokens))
    for (const StepShape& beside : {StepShape(), decodes_of(largest.sequences, largest.context_tokens)})
      for (const double held : {0.0, largest.prompt_tokens - tokens}) steps.push_back(with_chunk(beside, tokens, held));
  for (const StepShape& step : steps) {
    const Power draw = operate(performance, power, step, gpu.min_clock).draw;
    if (draw > gpu.tdp)
      return said_of(step) + " would draw " + shortest(std::round(draw.value())) +
             " W at the lowest clock, more than the TDP: no limit could hold it";
  }
  return {};
}

}  // namespace headroom
