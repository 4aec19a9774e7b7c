#include "model/prefill_run.hpp"

#include <algorithm>
#include <cmath>

#include "model/steady_state.hpp"

namespace headroom {
namespace {

/// Adds up steps that run so many times.
class Run {
 public:
  explicit Run(const LimitedGpu& gpu) : gpu_(gpu) {}

  void add(double times, const StepShape& shape) {
    if (times <= 0) return;
    const ClampedStep step = run_step(gpu_, shape);
    const bool first = sum_.duration == Seconds();
    energy_ = energy_ + step.gpu_power * step.duration * times;
    sum_.duration = sum_.duration + step.duration * times;
    sum_.demand = std::max(sum_.demand, step.demand);
    sum_.clock = first ? step.clock : std::min(sum_.clock, step.clock);
    sum_.gpu_power = energy_ / sum_.duration;
  }
  [[nodiscard]] const ClampedStep& sum() const { return sum_; }

 private:
  const LimitedGpu& gpu_;
  ClampedStep sum_;
  Energy energy_{};
};

}  // namespace

ClampedStep run_prefill(const LimitedGpu& gpu, const PromptSteps& steps, double sequences, double prompt_tokens) {
  Run run(gpu);
  const double most = steps.chunked ? std::floor(steps.step_tokens / prompt_tokens) : sequences;
  if (most >= 1) {
    const double whole = std::floor(sequences / most);
    run.add(whole, prefill_step(most, prompt_tokens));
    if (const double rest = sequences - whole * most; rest > 0) run.add(1, prefill_step(rest, prompt_tokens));
    return run.sum();
  }
  for (double done = 0; done < prompt_tokens; done += steps.step_tokens) {
    StepShape chunk;
    chunk.add_prefill(1, std::min(steps.step_tokens, prompt_tokens - done), done);
    run.add(sequences, chunk);
  }
  return run.sum();
}

}  // namespace headroom
