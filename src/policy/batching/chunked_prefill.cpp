#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/recipe.hpp"
#include "policy/batching/kv_room.hpp"
#include "policy/batching/queue_order.hpp"

namespace headroom {

/// Which waiting requests come first.
enum class QueueOrder : std::uint8_t { arrival, deadline, shortest };
inline std::array<std::string_view, 3> words_of(QueueOrder) {
  return {"arrival", "deadline", "shortest"};
}

/// Chunked prefill (Sarathi-Serve, OSDI'24; vLLM's default since 2024): every step decodes all sequences and fills the
/// rest of a token budget with chunks of prompts, those begun first.
class ChunkedPrefill : public BatchScheduler {
 public:
  void fields(Fields& f) override {
    f("max_batch_sequences", max_batch_, "most sequences admitted at a time", Range::between(1, 65536));
    f("step_budget_tokens", budget_, "most tokens in one step, decodes included", Range::between(1, 1e7));
    f("step_budget_tokens_per_gpu", budget_per_gpu_, "the same for each GPU of an instance, in its place",
      Range::between(1, 1e7));
    f("order", order_,
      "which waiting requests come first: by `arrival`; by `deadline`, when the target of their first token runs out, "
      "those without one last; or the `shortest` prompt, but before it those past half their target, and last those "
      "that have missed it (ModServe)");
  }

  void begin(std::span<const std::optional<Seconds>> ttft_targets) override {
    targets_.assign(ttft_targets.begin(), ttft_targets.end());
  }
  std::uint32_t most_sequences() const override { return max_batch_; }
  bool looks_up_prefixes() const override { return order_ == QueueOrder::arrival; }

  void plan(const InstanceView& instance, StepPlan& plan) override {
    fill(instance, plan);
    go_on_beside_lent_memory(instance, plan);
  }

 private:
  /// One that waits: those of a lower rank first, then by key, arrival, and place in the queue.
  struct Waiting {
    int rank;
    double key;
    Seconds arrival;
    std::uint32_t place;
    auto operator<=>(const Waiting&) const = default;
  };

  void fill(const InstanceView& instance, StepPlan& plan) {
    std::uint64_t free = make_room_for_decodes(instance, plan);
    plan.decode = some_decode_on(instance, plan);
    const std::uint64_t budget = budget_per_gpu_ ? std::uint64_t{*budget_per_gpu_} * instance.gpus : budget_;
    std::uint64_t left = budget - std::min<std::uint64_t>(budget, instance.decodes);
    // Chunks come after decodes in the budget; one token at least keeps prompts moving when decodes fill it.
    left = std::max<std::uint64_t>(left, 1);
    const std::size_t kept = instance.running.size() - plan.preemptions.size();
    for (std::uint32_t i = 0; i < kept && left > 0; ++i)
      if (!instance.running[i].decoding()) left -= chunk(plan, i, instance.running[i].to_prefill(), left);
    const bool sorts = order_ != QueueOrder::arrival;
    if (!plan.preemptions.empty()) {
      if (sorts) plan.steps = 1;  // what gave its place up stands in front of the queue, but others may come first
      return;
    }
    const std::uint32_t most = std::min(max_batch_, instance.max_batch);
    auto running = static_cast<std::uint32_t>(kept);
    if (sorts) sort(instance);
    std::uint32_t next = 0;
    for (; next < instance.waiting.size() && left > 0 && running < most; ++next, ++running) {
      const std::uint32_t i = sorts ? queue_[next].place : next;
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
    if (plan.prefill.empty() && left == 0 && next < instance.waiting.size()) plan.steps = 1;
    if (sorts) name_in_order_of_queue(plan, kept);
  }

  [[nodiscard]] Seconds deadline(const Request& request) const {
    const std::size_t id = request.seen_class().index();
    const bool has_target = id < targets_.size() && targets_[id];
    return has_target ? request.arrival + *targets_[id] : Seconds(std::numeric_limits<double>::infinity());
  }

  void sort(const InstanceView& instance) {
    queue_.clear();
    for (std::uint32_t i = 0; i < instance.waiting.size(); ++i)
      queue_.push_back(order_ == QueueOrder::deadline ? by_deadline(instance.waiting[i], i)
                                                      : by_length(instance.waiting[i], i, instance.now));
    std::ranges::sort(queue_);
  }

  [[nodiscard]] Waiting by_deadline(const Sequence& sequence, std::uint32_t place) const {
    return {0, deadline(sequence.request).value(), sequence.request.arrival, place};
  }

  /// The shortest of those whose target still holds; past half of it, in order of coming before them.
  [[nodiscard]] Waiting by_length(const Sequence& sequence, std::uint32_t place, Seconds now) const {
    const Request& request = sequence.request;
    const Seconds due = deadline(request);
    if (now > due) return {2, 0, request.arrival, place};
    if (now - request.arrival > (due - request.arrival) / 2) return {0, 0, request.arrival, place};
    return {1, static_cast<double>(sequence.to_prefill()), request.arrival, place};
  }

  static std::uint32_t chunk(StepPlan& plan, std::uint32_t running, std::uint32_t remaining, std::uint64_t left) {
    const auto tokens = static_cast<std::uint32_t>(std::min<std::uint64_t>(remaining, left));
    plan.prefill.push_back({running, tokens});
    return tokens;
  }

  std::uint32_t max_batch_ = 256;
  std::uint32_t budget_ = 2048;
  std::optional<std::uint32_t> budget_per_gpu_;
  QueueOrder order_ = QueueOrder::arrival;
  std::vector<std::optional<Seconds>> targets_;
  std::vector<Waiting> queue_;  ///< in order
};

namespace kinds {
Kind<BatchScheduler> chunked_prefill() {
  return kind_of<BatchScheduler, ChunkedPrefill>(
      "chunked_prefill", "decodes plus chunks of prompts up to a token budget (Sarathi, vLLM of 2025)");
}
}  // namespace kinds

}  // namespace headroom
