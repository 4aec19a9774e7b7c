#pragma once

#include <vector>

#include "model/steady_state.hpp"

namespace headroom {

/// A step of a batch, or a few of them between which no prompt is taken up.
struct PromptStep {
  double prompts;  ///< taken up at its start, all of which then have their first token at its end
  double length_s;
  double probability;  ///< among the steps
};

/// The steps of an instance whose batch is held while prompts come to it by themselves, as fast as the batch's requests
/// end: each step takes up those that came in the one before.
[[nodiscard]] std::vector<PromptStep> prompt_steps(const LimitedGpu& gpu, const SteadyLoad& load, double prompts_per_s);

/// How long such a step lasts with so many prompts; with none, it is a decode step.
[[nodiscard]] double prompt_step_s(const LimitedGpu& gpu, const SteadyLoad& load, double prompts);

/// Chances of 0, 1, 2, ... arrivals where so many are expected; the last is that of all above.
[[nodiscard]] std::vector<double> poisson(double mean, std::size_t size);

}  // namespace headroom
