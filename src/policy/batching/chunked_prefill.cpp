#include <algorithm>
#include <memory>
#include <optional>

#include "headroom/batch_scheduler.hpp"
#include "headroom/recipe.hpp"
#include "policy/batching/kv_room.hpp"

namespace headroom {

/// Chunked prefill (Sarathi-Serve, OSDI'24; vLLM's default since 2024): every step decodes all sequences and fills the
/// rest of a token budget with chunks of prompts, those begun first.
class ChunkedPrefill : public BatchScheduler {
 public:
  void fields(Fields& f) override {
    f("max_batch_sequences", max_batch_, "most sequences admitted at a time", Range::between(1, 65536));
    f("step_budget_tokens", budget_, "most tokens in one step, decodes included", Range::between(1, 1e7));
    f("step_budget_tokens_per_gpu", budget_per_gpu_, "the same for each GPU of an instance, in its place",
      Range::between(1, 1e7));
  }

  std::uint32_t most_sequences() const override { return max_batch_; }
  bool looks_up_prefixes() const override { return true; }

  void plan(const InstanceView& instance, StepPlan& plan) override {
    fill(instance, plan);
    go_on_beside_lent_memory(instance, plan);
  }

 private:
  void fill(const InstanceView& instance, StepPlan& plan) const {
    std::uint64_t free = make_room_for_decodes(instance, plan);
    plan.decode = some_decode_on(instance, plan);
    const std::uint64_t budget = budget_per_gpu_ ? std::uint64_t{*budget_per_gpu_} * instance.gpus : budget_;
    std::uint64_t left = budget - std::min<std::uint64_t>(budget, instance.decodes);
    // Chunks come after decodes in the budget; one token at least keeps prompts moving when decodes fill it.
    left = std::max<std::uint64_t>(left, 1);
    const std::size_t kept = instance.running.size() - plan.preemptions.size();
    for (std::uint32_t i = 0; i < kept && left > 0; ++i)
      if (!instance.running[i].decoding()) left -= chunk(plan, i, instance.running[i].to_prefill(), left);
    if (!plan.preemptions.empty()) return;
    const std::uint32_t most = std::min(max_batch_, instance.max_batch);
    auto running = static_cast<std::uint32_t>(kept);
    std::uint32_t i = 0;
    for (; i < instance.waiting.size() && left > 0 && running < most; ++i, ++running) {
      const bool has_cache = instance.waiting[i].decoding();  // brought it along
      const CachedPrefix cached = instance.cached(i);
      const std::uint64_t needed = has_cache ? 1 : std::uint64_t{instance.waiting[i].prompt_tokens} + 1 - cached.held;
      if (needed > free) break;
      free -= needed;
      plan.admissions.push_back(i);
      if (has_cache) {
        plan.decode = true;
        --left;
        continue;
      }
      left -= chunk(plan, running, instance.waiting[i].prompt_tokens - cached.tokens, left);
    }
    // More caches may be let in at the next step, which nothing else would end the run of steps for.
    if (plan.prefill.empty() && left == 0 && i < instance.waiting.size()) plan.steps = 1;
  }
  static std::uint32_t chunk(StepPlan& plan, std::uint32_t running, std::uint32_t remaining, std::uint64_t left) {
    const auto tokens = static_cast<std::uint32_t>(std::min<std::uint64_t>(remaining, left));
    plan.prefill.push_back({running, tokens});
    return tokens;
  }

  std::uint32_t max_batch_ = 256;
  std::uint32_t budget_ = 2048;
  std::optional<std::uint32_t> budget_per_gpu_;
};

namespace kinds {
Kind<BatchScheduler> chunked_prefill() {
  return kind_of<BatchScheduler, ChunkedPrefill>(
      "chunked_prefill", "decodes plus chunks of prompts up to a token budget (Sarathi, vLLM of 2025)");
}
}  // namespace kinds

}  // namespace headroom
