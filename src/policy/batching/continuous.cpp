#include <algorithm>
#include <memory>

#include "headroom/batch_scheduler.hpp"
#include "headroom/recipe.hpp"
#include "policy/batching/kv_room.hpp"

namespace headroom {

/// Continuous batching as vLLM did it in 2023 (Orca, OSDI'22; vLLM, SOSP'23): while prompts wait and fit, a step
/// prefills whole prompts up to a token budget and decodes pause; otherwise all sequences decode. A prompt longer than
/// the budget goes alone.
class Continuous : public BatchScheduler {
 public:
  void fields(Fields& f) override {
    f("max_batch_sequences", max_batch_, "most sequences admitted at a time", Range::between(1, 65536));
    f("prefill_budget_tokens", budget_, "most prompt tokens in one prefill step", Range::between(1, 1e7));
  }

  std::uint32_t most_sequences() const override { return max_batch_; }
  bool looks_up_prefixes() const override { return true; }

  void plan(const InstanceView& instance, StepPlan& plan) override {
    admit(instance, plan);
    if (!plan.prefill.empty()) return;
    make_room_for_decodes(instance, plan, plan.admissions.size());
    plan.decode = some_decode_on(instance, plan) || !plan.admissions.empty();
    go_on_beside_lent_memory(instance, plan);
  }

 private:
  void admit(const InstanceView& instance, StepPlan& plan) const {
    const std::uint32_t most = std::min(max_batch_, instance.max_batch);
    auto running = static_cast<std::uint32_t>(instance.running.size());
    // Decodes that pause now still need their next token's room afterwards.
    std::uint64_t used = instance.kv_used_tokens + instance.decodes;
    std::uint64_t tokens = 0;
    for (std::uint32_t i = 0; i < instance.waiting.size() && running < most; ++i, ++running) {
      if (instance.waiting[i].decoding()) {  // brought its KV cache along
        if (++used > instance.kv_capacity_tokens) break;
        plan.admissions.push_back(i);
        continue;
      }
      const CachedPrefix cached = instance.cached(i);
      const std::uint32_t prompt = instance.waiting[i].prompt_tokens - cached.tokens;
      const std::uint64_t needed = std::uint64_t{instance.waiting[i].prompt_tokens} + 1 - cached.held;
      const bool over_budget = tokens + prompt > budget_ && tokens > 0;
      if (over_budget || used + needed > instance.kv_capacity_tokens) break;
      tokens += prompt;
      used += needed;
      plan.admissions.push_back(i);
      plan.prefill.push_back({running, prompt});
    }
  }

  std::uint32_t max_batch_ = 64;
  std::uint32_t budget_ = 2048;
};

namespace kinds {
Kind<BatchScheduler> continuous() {
  return kind_of<BatchScheduler, Continuous>("continuous",
                                             "whole prompts first, up to a token budget, then decode (vLLM of 2023)");
}
}  // namespace kinds

}  // namespace headroom
