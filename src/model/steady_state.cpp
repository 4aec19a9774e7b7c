#include "model/steady_state.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/special_functions.hpp"
#include "headroom/elementary.hpp"
#include "model/outcomes.hpp"

namespace headroom {
namespace {

/// Distribution function of the length of `prompts` prompts over their mean length, where lengths are exponential: a
/// gamma distribution, after Wilson and Hilferty (1931).
double gamma_below(double prompts, double length) {
  const double ninth = 1.0 / (9.0 * prompts);
  return normal_below((portable::pow(length / prompts, 1.0 / 3.0) - (1.0 - ninth)) / std::sqrt(ninth));
}

/// Adds up what happens, weighted by how often.
class Tally {
 public:
  void ran(double weight, const ClampedStep& step) {
    time_s_ += weight * step.duration.value();
    energy_j_ += weight * (step.gpu_power * step.duration).value();
  }
  void produced(double tokens) { tokens_ += tokens; }
  /// Between two tokens of `weight` sequences that many prompts were prefilled.
  void waited(double weight, double prompts) {
    if (weight > 0) gaps_.push_back({prompts, weight});
  }
  [[nodiscard]] SteadyState state(double batch, double output_tokens) const {
    SteadyState state{std::nullopt, std::nullopt, tokens_ / time_s_, Power(energy_j_ / time_s_)};
    // A request takes batch x output / throughput; all but its wait for the first token lies between tokens.
    if (output_tokens > 1) state.mean_inter_token = Seconds(batch / state.output_tokens_per_s);
    return state;
  }

  /// Median of the prompt tokens between two tokens of a sequence, over those of a mean prompt: lengths are taken as
  /// exponential, so that it does not jump from one number of prompts to the next. None where nothing waits.
  [[nodiscard]] std::optional<double> median_prompts() const {
    if (gaps_.empty()) return std::nullopt;
    double total = 0, highest = 0;
    for (const CountOutcome& gap : gaps_) total += gap.probability, highest = std::max(highest, gap.count);
    const auto below = [&](double length) {
      double sum = 0;
      for (const auto& [prompts, weight] : gaps_) sum += weight * (prompts > 0 ? gamma_below(prompts, length) : 1.0);
      return sum / total;
    };
    double low = 0, high = highest + 1;
    if (below(low) >= 0.5) return 0.0;
    while (high - low > 1e-9 * high) {
      const double middle = 0.5 * (low + high);
      (below(middle) < 0.5 ? low : high) = middle;
    }
    return high;
  }

 private:
  double time_s_ = 0;
  double energy_j_ = 0;
  double tokens_ = 0;
  std::vector<CountOutcome> gaps_;
};

/// Prompts share steps with decodes: a request is m steps in prefill, of which the last gives its first token, then
/// output - 1 in decode.
SteadyState mixed(const LimitedGpu& gpu, const SteadyLoad& load) {
  const double chunks = chunks_of(load);
  const double lifetime = chunks + load.output_tokens - 1;
  Tally tally;
  for (const auto& [prefilling, probability] : share_of(load.batch, chunks / lifetime)) {
    const double decodes = load.batch - prefilling;
    tally.ran(probability, run_step(gpu, mixed_step(load, prefilling)));
    tally.produced(probability * (decodes + prefilling / chunks));
    tally.waited(probability * decodes, prefilling);
  }
  SteadyState state = tally.state(load.batch, load.output_tokens);
  if (const auto prompts = tally.median_prompts())
    state.inter_token = run_step(gpu, mixed_step(load, *prompts)).duration;
  return state;
}

/// Decodes pause for prompts: after a decode step some requests are done, and their successors are prefilled in as many
/// steps as the budget of tokens asks for.
SteadyState apart(const LimitedGpu& gpu, const SteadyLoad& load) {
  const double decode_steps = load.output_tokens - 1;
  const bool decodes = decode_steps > 0;
  const ClampedStep decode = decodes ? run_step(gpu, decode_step(load.batch, load.context_tokens)) : ClampedStep{};
  Tally tally;
  for (const auto& [done, probability] : share_of(load.batch, decodes ? 1 / decode_steps : 1.0)) {
    tally.ran(probability, run_prompts(gpu, load, done));
    tally.produced(probability * done);
    if (!decodes) continue;
    tally.ran(probability, decode);
    tally.produced(probability * load.batch);
    tally.waited(probability * (load.batch - done), done);
    tally.waited(probability * done, 0.0);  // the successors' second tokens
  }
  SteadyState state = tally.state(load.batch, load.output_tokens);
  if (const auto prompts = tally.median_prompts())
    state.inter_token = decode.duration + run_prompts(gpu, load, *prompts).duration;
  return state;
}

}  // namespace

StepShape prefill_step(double sequences, double prompt_tokens) {
  StepShape step;
  step.add_prefill(sequences, prompt_tokens, 0);
  return step;
}

StepShape decode_step(double sequences, double context_tokens) {
  StepShape step;
  step.decodes = sequences;
  step.decode_context_tokens = sequences * context_tokens;
  return step;
}

double chunks_of(const SteadyLoad& load) {
  return std::ceil(load.prompt_tokens / load.step_tokens);
}

StepShape mixed_step(const SteadyLoad& load, double prefilling) {
  const double chunk = load.prompt_tokens / chunks_of(load);
  StepShape step = decode_step(std::max(0.0, load.batch - prefilling), load.context_tokens);
  step.add_prefill(prefilling, chunk, 0.5 * (load.prompt_tokens - chunk));
  return step;
}

ClampedStep run_prompts(const LimitedGpu& gpu, const SteadyLoad& load, double prompts) {
  if (prompts <= 0) return ClampedStep{};
  const double most = std::max(1.0, std::floor(load.step_tokens / load.prompt_tokens));
  const double steps = std::max(1.0, prompts / most);
  ClampedStep run = run_step(gpu, prefill_step(prompts / steps, load.prompt_tokens));
  run.duration = run.duration * steps;
  return run;
}

SteadyState steady_state(const LimitedGpu& gpu, const SteadyLoad& load) {
  return load.mixes_prefill ? mixed(gpu, load) : apart(gpu, load);
}

}  // namespace headroom
