#include "model/prompt_steps.hpp"

#include <algorithm>
#include <cmath>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kMostPrompts = 48;  ///< in a step that are told apart
constexpr int kMostRounds = 400;

/// The stationary distribution of a chain, by rows of its transitions.
std::vector<double> stationary(const std::vector<std::vector<double>>& transitions) {
  const std::size_t size = transitions.size();
  std::vector<double> now(size, 1.0 / static_cast<double>(size));
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<double> next(size, 0.0);
    for (std::size_t from = 0; from < size; ++from)
      for (std::size_t to = 0; to < size; ++to) next[to] += now[from] * transitions[from][to];
    double moved = 0;
    for (std::size_t i = 0; i < size; ++i) moved += std::abs(next[i] - now[i]);
    now = std::move(next);
    if (moved < 1e-9) break;
  }
  return now;
}

}  // namespace

std::vector<double> poisson(double mean, std::size_t size) {
  std::vector<double> chances{portable::exp(-mean)};
  double rest = 1 - chances[0];
  while (chances.size() < size) {
    chances.push_back(chances.back() * mean / static_cast<double>(chances.size()));
    rest -= chances.back();
  }
  chances.back() += std::max(0.0, rest);
  return chances;
}

double prompt_step_s(const LimitedGpu& gpu, const SteadyLoad& load, double prompts) {
  const auto lasts = [&](const StepShape& step) { return run_step(gpu, step).duration.value(); };
  if (prompts <= 0) return lasts(decode_step(load.batch, load.context_tokens));
  if (!load.mixes_prefill) return run_prompts(gpu, load, prompts).duration.value();
  return chunks_of(load) * lasts(mixed_step(load, prompts));
}

std::vector<PromptStep> prompt_steps(const LimitedGpu& gpu, const SteadyLoad& load, double prompts_per_s) {
  // Where requests have one token, none is left to decode.
  const bool decodes = load.output_tokens > 1;
  const double expected = prompts_per_s * prompt_step_s(gpu, load, 1);
  const double most = std::min({kMostPrompts, std::ceil(load.batch), std::ceil(8 + 6 * expected)});
  const auto size = static_cast<std::size_t>(most) + 1;
  std::vector<PromptStep> steps;
  std::vector<std::vector<double>> transitions;
  for (std::size_t i = 0; i < size; ++i) {
    const auto prompts = static_cast<double>(i);
    steps.push_back({prompts, i > 0 || decodes ? prompt_step_s(gpu, load, prompts) : 1 / prompts_per_s, 0});
    transitions.push_back(poisson(prompts_per_s * steps.back().length_s, size));
  }
  const std::vector<double> chances = stationary(transitions);
  for (std::size_t i = 0; i < size; ++i) steps[i].probability = chances[i];
  if (!decodes) steps.erase(steps.begin());
  return steps;
}

}  // namespace headroom
