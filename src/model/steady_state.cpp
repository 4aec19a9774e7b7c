#include "model/steady_state.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace headroom {
namespace {

constexpr double kTail = 1e-12;         ///< probability that may be left out at either end
constexpr std::size_t kOutcomes = 256;  ///< more than these are merged with their neighbours: bounds the cost
/// Share of the gaps around the median that it is the mean of: keeps it continuous where it passes from one kind of
/// step to another.
constexpr double kMiddle = 0.1;

/// How many sequences (a mean, where outcomes were merged), and how probable that is.
struct Outcome {
  double count;
  double probability;
};

double log_binomial(double n, double q, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(q) + (n - k) * std::log1p(-q);
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
  const double top = std::exp(log_binomial(n, q, mode));
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

/// Adds up what happens, weighted by how often.
class Tally {
 public:
  void ran(double weight, const ClampedStep& step) {
    time_s_ += weight * step.duration.value();
    energy_j_ += weight * (step.gpu_power * step.duration).value();
  }
  void produced(double tokens) { tokens_ += tokens; }
  void waited(double weight, Seconds gap) {
    if (weight > 0) gaps_.push_back({gap.value(), weight});
  }
  [[nodiscard]] SteadyState state() {
    return {gaps_.empty() ? std::nullopt : std::optional(Seconds(median_gap())), tokens_ / time_s_,
            Power(energy_j_ / time_s_)};
  }

 private:
  struct Gap {
    double length_s;
    double weight;
  };

  /// The mean of the gaps in the middle of their distribution.
  double median_gap() {
    std::ranges::sort(gaps_, {}, &Gap::length_s);
    double total = 0;
    for (const Gap& gap : gaps_) total += gap.weight;
    const double from = 0.5 * (1 - kMiddle) * total;
    const double to = 0.5 * (1 + kMiddle) * total;
    double below = 0;
    double sum = 0;  // of what gaps in the middle have over its first
    std::optional<double> first;
    for (const Gap& gap : gaps_) {
      const double inside = std::min(below + gap.weight, to) - std::max(below, from);
      below += gap.weight;
      if (inside <= 0) continue;
      if (!first) first = gap.length_s;
      sum += inside * (gap.length_s - *first);
    }
    return *first + sum / (to - from);
  }

  double time_s_ = 0;
  double energy_j_ = 0;
  double tokens_ = 0;
  std::vector<Gap> gaps_;
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

/// Prompts share steps with decodes: a request is m steps in prefill, of which the last gives its first token, then
/// output - 1 in decode.
void tally_mixed(const LimitedGpu& gpu, const SteadyLoad& load, Tally& tally) {
  const double chunks = std::ceil(load.prompt_tokens / load.step_tokens);
  const double chunk = load.prompt_tokens / chunks;
  const double lifetime = chunks + load.output_tokens - 1;
  for (const auto& [prefilling, probability] : share_of(load.batch, chunks / lifetime)) {
    StepShape step = decode_step(load.batch - prefilling, load.context_tokens);
    step.prefill_sequences = prefilling;
    step.prefill_tokens = prefilling * chunk;
    step.prefill_context_tokens = prefilling * 0.5 * (load.prompt_tokens - chunk);
    step.prefill_pairs = prefilling * 0.5 * load.prompt_tokens * chunk;
    const ClampedStep run = run_step(gpu, step);
    tally.ran(probability, run);
    tally.produced(probability * (step.decodes + prefilling / chunks));
    tally.waited(probability * step.decodes, run.duration);
  }
}

/// Decodes pause for prompts: after a decode step some requests are done, and one step prefills their successors.
void tally_apart(const LimitedGpu& gpu, const SteadyLoad& load, Tally& tally) {
  const double decode_steps = load.output_tokens - 1;
  const bool decodes = decode_steps > 0;
  const ClampedStep decode = decodes ? run_step(gpu, decode_step(load.batch, load.context_tokens)) : ClampedStep{};
  for (const auto& [done, probability] : share_of(load.batch, decodes ? 1 / decode_steps : 1.0)) {
    const ClampedStep prefill = done > 0 ? run_step(gpu, prefill_step(done, load.prompt_tokens)) : ClampedStep{};
    tally.ran(probability, prefill);
    tally.produced(probability * done);
    if (!decodes) continue;
    tally.ran(probability, decode);
    tally.produced(probability * load.batch);
    tally.waited(probability * (load.batch - done), prefill.duration + decode.duration);
    tally.waited(probability * done, decode.duration);  // the successors' second tokens
  }
}

}  // namespace

StepShape prefill_step(double sequences, double prompt_tokens) {
  StepShape step;
  step.prefill_sequences = sequences;
  step.prefill_tokens = sequences * prompt_tokens;
  step.prefill_pairs = sequences * 0.5 * prompt_tokens * prompt_tokens;
  return step;
}

StepShape decode_step(double sequences, double context_tokens) {
  StepShape step;
  step.decodes = sequences;
  step.decode_context_tokens = sequences * context_tokens;
  return step;
}

SteadyState steady_state(const LimitedGpu& gpu, const SteadyLoad& load) {
  Tally tally;
  if (load.mixes_prefill) tally_mixed(gpu, load, tally);
  else tally_apart(gpu, load, tally);
  return tally.state();
}

}  // namespace headroom
