#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "model/performance/roofline.hpp"
#include "model/power/gpu_power.hpp"
#include "model/steady_state.hpp"
#include "unit/model/toy.hpp"

namespace headroom {
namespace {

/// Slots that each serve one request after another, step by step, against the closed form of `steady_state`.
class ClosedLoop {
 public:
  /// Prompts are equally long, or exponential.
  ClosedLoop(const LimitedGpu& gpu, const SteadyLoad& load, bool spread_prompts)
      : gpu_(gpu), load_(load), spread_prompts_(spread_prompts), slots_(std::size_t(load.batch)) {
    for (Slot& slot : slots_) {
      renew(slot);
      slot.to_prefill = 0;
      slot.to_decode = random_.integer(1, slot.to_decode);  // somewhere in its life
      slot.context = load_.prompt_tokens;
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      const bool prompts = std::ranges::any_of(slots_, [](const Slot& slot) { return slot.to_prefill > 0; });
      step(!prompts || load_.mixes_prefill);
    }
  }
  void forget() { time_s_ = energy_j_ = tokens_ = 0, gaps_.clear(); }
  [[nodiscard]] double tokens_per_s() const { return tokens_ / time_s_; }
  [[nodiscard]] double gpu_w() const { return energy_j_ / time_s_; }
  [[nodiscard]] double median_gap() {
    const auto middle = gaps_.begin() + static_cast<std::ptrdiff_t>(gaps_.size() / 2);
    std::ranges::nth_element(gaps_, middle);
    return *middle;
  }

 private:
  struct Slot {
    double to_prefill = 0;
    std::uint64_t to_decode = 0;
    double context = 0;
    double last_token_s = -1;
  };

  /// Answers vary by a fifth around the mean, so that the slots' phases mix.
  void renew(Slot& slot) {
    const double spread = std::floor(load_.output_tokens / 5);
    const auto low = static_cast<std::uint64_t>(load_.output_tokens - spread);
    const auto high = static_cast<std::uint64_t>(load_.output_tokens + spread);
    const double prompt = spread_prompts_ ? random_.exponential(load_.prompt_tokens) : load_.prompt_tokens;
    slot = {std::max(1.0, prompt), random_.integer(low, high) - 1, 0, -1};
  }

  void step(bool decodes) {
    StepShape shape;
    for (const Slot& slot : slots_) {
      if (slot.to_prefill > 0) {
        const double chunk = chunk_of(slot);
        ++shape.prefill_sequences;
        shape.prefill_tokens += chunk;
        shape.prefill_context_tokens += slot.context;
        shape.prefill_pairs += chunk * (slot.context + chunk / 2);
      } else if (decodes) {
        ++shape.decodes;
        shape.decode_context_tokens += slot.context;
      }
    }
    const ClampedStep run = run_step(gpu_, shape);
    now_s_ += run.duration.value();
    time_s_ += run.duration.value();
    energy_j_ += (run.gpu_power * run.duration).value();
    for (Slot& slot : slots_) advance(slot, decodes);
  }

  [[nodiscard]] double chunk_of(const Slot& slot) const {
    return load_.mixes_prefill ? std::min(slot.to_prefill, load_.step_tokens) : slot.to_prefill;
  }

  void advance(Slot& slot, bool decodes) {
    if (slot.to_prefill > 0) {
      const double chunk = chunk_of(slot);
      slot.to_prefill -= chunk;
      slot.context += chunk;
      if (slot.to_prefill > 0) return;
    } else if (decodes) {
      if (slot.last_token_s >= 0) gaps_.push_back(now_s_ - slot.last_token_s);
      ++slot.context;
      --slot.to_decode;
    } else {
      return;
    }
    ++tokens_;
    slot.last_token_s = now_s_;
    if (slot.to_decode == 0) renew(slot);
  }

  LimitedGpu gpu_;
  SteadyLoad load_;
  bool spread_prompts_;
  RandomStream random_{7, "closed loop"};
  std::vector<Slot> slots_;
  std::vector<double> gaps_;
  double now_s_ = 0, time_s_ = 0, energy_j_ = 0, tokens_ = 0;
};

struct LoopCase {
  double batch, prompt, output;
  bool mixes;
};

class SteadyAgainstClosedLoop : public testing::TestWithParam<LoopCase> {};

TEST_P(SteadyAgainstClosedLoop, Agrees) {
  const auto [batch, prompt, output, mixes] = GetParam();
  const RooflineModel performance(real::llama2_70b(), real::a100(), real::vllm(), 2);
  const EnergyRoofline power(real::power(), real::a100());
  const LimitedGpu gpu{performance, power, Hertz(1410e6), Hertz(210e6), Power(400)};
  const double budget = prompt > 1000 ? 512 : 1e9;  // short prompts are not cut, however long exponential ones get
  const SteadyLoad load{batch, prompt, output, prompt + output / 2, mixes, budget};
  ClosedLoop loop(gpu, load, false), spread(gpu, load, true);
  for (ClosedLoop* each : {&loop, &spread}) {
    each->run(10000);
    each->forget();
    each->run(30000);
  }
  const SteadyState state = steady_state(gpu, load);
  EXPECT_NEAR(state.output_tokens_per_s / loop.tokens_per_s(), 1, 0.01);
  EXPECT_NEAR(state.gpu_power.value() / loop.gpu_w(), 1, 0.01);
  EXPECT_NEAR(state.inter_token->value() / spread.median_gap(), 1, 0.03);
}

INSTANTIATE_TEST_SUITE_P(Loads, SteadyAgainstClosedLoop,
                         testing::Values(LoopCase{1, 300, 50, true}, LoopCase{16, 200, 200, true},
                                         LoopCase{64, 150, 300, true}, LoopCase{16, 1500, 100, true},
                                         LoopCase{40, 400, 20, true}, LoopCase{1, 300, 50, false},
                                         LoopCase{16, 200, 200, false}, LoopCase{64, 150, 300, false},
                                         LoopCase{40, 400, 20, false}));

}  // namespace
}  // namespace headroom
