#include "model/steady_state.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/special_functions.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kTail = 1e-12;         ///< probability that may be left out at either end
constexpr std::size_t kOutcomes = 256;  ///< more than these are merged with their neighbours: bounds the cost

/// How many sequences (a mean, where outcomes were merged), and how probable that is.
struct Outcome {
  double count;
  double probability;
};

double log_binomial(double n, double q, double k) {
  return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1) + k * portable::log(q) +
         (n - k) * portable::log1p(-q);
}

/// Merges neighbours until at most `kOutcomes` are left; the mean stays.
std::vector<Outcome> merged(const std::vector<Outcome>& outcomes) {
  const std::size_t stride = (outcomes.size() + kOutcomes - 1) / kOutcomes;
  if (stride <= 1) return outcomes;
  std::vector<Outcome> result;
  for (std::size_t first = 0; first < outcomes.size(); first += stride) {
    Outcome sum{0, 0};
    for (std::size_t i = first; i < std::min(first + stride, outcomes.size()); ++i) {
      sum.count += outcomes[i].count * outcomes[i].probability;
      sum.probability += outcomes[i].probability;
    }
    result.push_back({sum.count / sum.probability, sum.probability});
  }
  return result;
}

/// The binomial distribution of n trials (a whole number) at 0 < q <= 1, in ascending order.
std::vector<Outcome> binomial(double n, double q) {
  if (q >= 1.0) return {{n, 1.0}};
  const double odds = q / (1.0 - q);
  const double mode = std::min(n, std::floor((n + 1) * q));
  const double top = portable::exp(log_binomial(n, q, mode));
  // Beyond the mode each term is less than `ratio` times the one before, so that a geometric series bounds the rest.
  std::vector<Outcome> outcomes;
  double p = top;
  for (double k = mode; k > 0;) {
    const double ratio = k / ((n - k + 1) * odds);
    p *= ratio;
    if (ratio < 1 && p < kTail * (1 - ratio)) break;
    outcomes.push_back({--k, p});
  }
  std::ranges::reverse(outcomes);
  outcomes.push_back({mode, top});
  p = top;
  for (double k = mode; k < n;) {
    const double ratio = (n - k) * odds / (k + 1);
    p *= ratio;
    if (ratio < 1 && p < kTail * (1 - ratio)) break;
    outcomes.push_back({++k, p});
  }
  double sum = 0;
  for (const Outcome& outcome : outcomes) sum += outcome.probability;
  for (Outcome& outcome : outcomes) outcome.probability /= sum;
  return merged(outcomes);
}

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
    for (const Outcome& gap : gaps_) total += gap.probability, highest = std::max(highest, gap.count);
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
  std::vector<Outcome> gaps_;
};

/// How many of the batch are in a state that each is in with probability q, independently. A batch that is not whole is
/// a mixture of the two whole ones beside it, each scaled to its size.
std::vector<Outcome> share_of(double batch, double q) {
  const double whole = std::floor(batch);
  const double above = batch - whole;
  std::vector<Outcome> outcomes;
  for (const auto& [slots, weight] : {Outcome{whole, 1 - above}, Outcome{whole + 1, above}}) {
    if (weight <= 0) continue;
    for (const auto& [count, probability] : binomial(slots, q))
      outcomes.push_back({batch * (count / slots), weight * probability});
  }
  return outcomes;
}

/// A step of prompts and decodes, of which that many are in prefill.
StepShape mixed_step(const SteadyLoad& load, double prefilling, double chunk) {
  StepShape step = decode_step(std::max(0.0, load.batch - prefilling), load.context_tokens);
  step.add_prefill(prefilling, chunk, 0.5 * (load.prompt_tokens - chunk));
  return step;
}

/// Prompts share steps with decodes: a request is m steps in prefill, of which the last gives its first token, then
/// output - 1 in decode.
SteadyState mixed(const LimitedGpu& gpu, const SteadyLoad& load) {
  const double chunks = std::ceil(load.prompt_tokens / load.step_tokens);
  const double chunk = load.prompt_tokens / chunks;
  const double lifetime = chunks + load.output_tokens - 1;
  Tally tally;
  for (const auto& [prefilling, probability] : share_of(load.batch, chunks / lifetime)) {
    const double decodes = load.batch - prefilling;
    tally.ran(probability, run_step(gpu, mixed_step(load, prefilling, chunk)));
    tally.produced(probability * (decodes + prefilling / chunks));
    tally.waited(probability * decodes, prefilling);
  }
  SteadyState state = tally.state(load.batch, load.output_tokens);
  if (const auto prompts = tally.median_prompts())
    state.inter_token = run_step(gpu, mixed_step(load, *prompts, chunk)).duration;
  return state;
}

/// Decodes pause for prompts: after a decode step some requests are done, and their successors are prefilled in as many
/// steps as the budget of tokens asks for.
SteadyState apart(const LimitedGpu& gpu, const SteadyLoad& load) {
  const double decode_steps = load.output_tokens - 1;
  const bool decodes = decode_steps > 0;
  const ClampedStep decode = decodes ? run_step(gpu, decode_step(load.batch, load.context_tokens)) : ClampedStep{};
  const double most = std::max(1.0, std::floor(load.step_tokens / load.prompt_tokens));  // whole prompts in a step
  const auto prefill = [&](double prompts) {
    if (prompts <= 0) return ClampedStep{};
    const double steps = std::max(1.0, prompts / most);
    ClampedStep run = run_step(gpu, prefill_step(prompts / steps, load.prompt_tokens));
    run.duration = run.duration * steps;
    return run;
  };
  Tally tally;
  for (const auto& [done, probability] : share_of(load.batch, decodes ? 1 / decode_steps : 1.0)) {
    tally.ran(probability, prefill(done));
    tally.produced(probability * done);
    if (!decodes) continue;
    tally.ran(probability, decode);
    tally.produced(probability * load.batch);
    tally.waited(probability * (load.batch - done), done);
    tally.waited(probability * done, 0.0);  // the successors' second tokens
  }
  SteadyState state = tally.state(load.batch, load.output_tokens);
  if (const auto prompts = tally.median_prompts()) state.inter_token = decode.duration + prefill(*prompts).duration;
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

SteadyState steady_state(const LimitedGpu& gpu, const SteadyLoad& load) {
  return load.mixes_prefill ? mixed(gpu, load) : apart(gpu, load);
}

}  // namespace headroom
