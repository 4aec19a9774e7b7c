#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/recipe.hpp"
#include "policy/batching/kv_room.hpp"
#include "policy/batching/prefill_work.hpp"
#include "policy/batching/queue_order.hpp"

namespace headroom {

/// Which prompt is read first: the least relative slack (LARS), the earliest deadline, the least slack, the first that
/// came.
enum class PrefillOrder : std::uint8_t { lars, edf, lrs, fcfs };
inline std::array<std::string_view, 4> words_of(PrefillOrder) {
  return {"lars", "edf", "lrs", "fcfs"};
}

/// Medha (arXiv 2409.17264): every step decodes all sequences and takes chunks of prompts, in an order that is found
/// anew each time, as large as a time budget allows. A chunk shrinks as its prompt's context grows.
class Medha : public BatchScheduler {
 public:
  void fields(Fields& f) override {
    f("max_batch_sequences", max_batch_, "most sequences admitted at a time", Range::between(1, 65536));
    f("time_budget_ms", budget_, "how long a step lasts at most, decodes included; chunks of prompts are cut to it",
      Range::between(1e-3, 1e6));
    f("order", order_,
      "whose chunk comes first, at every step: `lars` the least slack over the work of the whole prompt, `lrs` the "
      "least slack, `edf` the earliest deadline, `fcfs` the first that came. Slack: what is left until the deadline "
      "of the first token beside the work that is left of the prompt");
    f("preemptive", preemptive_,
      "whether a prompt that others come before gets no chunk meanwhile and keeps its memory; else what has begun is "
      "read to its end first, alone and with the whole budget");
    f("max_prefills", max_prefills_, "most prompts that have a chunk in one step; absent: as many as the budget allows",
      Range::between(1, 65536));
    f("long_prompt_tokens", long_tokens_, "prompts above this are long: one of them at most has a chunk in a step",
      Range::between(1, 1e9));
    f("long_yield_fraction", most_yield_,
      "most of the budget that a long prompt leaves to others: it leaves its relative slack, up to this",
      Range::fraction());
    f("short_deadline_ratio", short_ratio_,
      "deadline of the first token of a short prompt over the time that it takes alone, where /slo has no target for "
      "its class",
      Range::between(1e-3, 1e6));
    f("long_deadline_ratio", long_ratio_, "the same, of a long prompt", Range::between(1e-3, 1e6));
    f("least_deadline_s", least_deadline_, "no such deadline is shorter", Range::delay());
  }

  void begin(std::span<const std::optional<Seconds>> ttft_targets) override {
    targets_.assign(ttft_targets.begin(), ttft_targets.end());
  }
  [[nodiscard]] std::uint32_t most_sequences() const override { return max_batch_; }
  [[nodiscard]] std::optional<Seconds> time_budget() const override { return budget_; }

  void plan(const InstanceView& instance, StepPlan& plan) override {
    const std::uint64_t free = make_room_for_decodes(instance, plan);
    Packing packing{instance, plan, instance.running.size() - plan.preemptions.size(), free};
    pack_decodes(packing);
    line_up(packing);
    const bool prompts_wait = !prompts_.empty() || !plan.preemptions.empty();
    pack_prompts(packing);
    name_in_order_of_queue(plan, packing.kept);
    // Who comes first, and what fits beside decodes, changes with time.
    if (plan.prefill.empty() && prompts_wait) plan.steps = 1;
    go_on_beside_lent_memory(instance, plan);
  }

 private:
  /// A prompt that is to be read, and where it stands: less comes first.
  struct Prompt {
    bool not_begun;  ///< where that counts
    double urgency;
    Seconds arrival;
    std::uint64_t id;
    std::uint32_t place;  ///< among the waiting, or the running
    bool waits;
    double yield;  ///< share of the budget that it leaves to others
    auto operator<=>(const Prompt&) const = default;
  };

  /// A batch that is put together.
  struct Packing {
    const InstanceView& instance;
    StepPlan& plan;
    std::size_t kept;  ///< sequences that ran before and go on
    std::uint64_t free;
    StepShape step{};
    bool has_long = false;

    [[nodiscard]] const Sequence& sequence(const Prompt& prompt) const {
      return prompt.waits ? instance.waiting[prompt.place] : instance.running[prompt.place];
    }
    [[nodiscard]] bool is_empty() const { return step.decodes + step.prefill_tokens == 0; }
    [[nodiscard]] std::uint32_t admitted() const { return static_cast<std::uint32_t>(kept + plan.admissions.size()); }
    void decode(std::uint64_t context) {
      ++step.decodes;
      step.decode_context_tokens += static_cast<double>(context);
      plan.decode = true;
    }
  };

  /// All decode, and those that brought their cache along and find room.
  void pack_decodes(Packing& packing) const {
    const InstanceView& instance = packing.instance;
    for (const Sequence& sequence : instance.running.first(packing.kept))
      if (sequence.decoding()) packing.decode(sequence.prompt_tokens + sequence.decoded(instance.decode_counter));
    if (!packing.plan.preemptions.empty()) return;
    for (std::uint32_t i = 0; i < instance.waiting.size() && has_place(packing) && packing.free > 0; ++i) {
      if (!instance.waiting[i].decoding()) continue;
      packing.plan.admissions.push_back(i);
      packing.decode(instance.waiting[i].prompt_tokens);
      --packing.free;
    }
  }

  /// Prompts that may have a chunk, in order. What gave its place up in this plan comes no sooner than the next.
  void line_up(const Packing& packing) {
    prompts_.clear();
    PrefillWork& work = work_on(packing.instance.times);
    const auto add = [&](std::span<const Sequence> sequences, bool wait) {
      for (std::uint32_t i = 0; i < sequences.size(); ++i)
        if (!sequences[i].decoding()) prompts_.push_back(prompt_of(sequences[i], i, wait, packing.instance.now, work));
    };
    add(packing.instance.running.first(packing.kept), false);
    if (packing.plan.preemptions.empty()) add(packing.instance.waiting, true);
    std::ranges::make_heap(prompts_, std::ranges::greater());
  }

  void pack_prompts(Packing& packing) {
    bool admits = true;
    bool has_room = fits_a_token(packing);
    for (; has_room && !prompts_.empty() && packing.plan.prefill.size() != max_prefills_; prompts_.pop_back()) {
      std::ranges::pop_heap(prompts_, std::ranges::greater());
      const Prompt& prompt = prompts_.back();
      const Sequence& sequence = packing.sequence(prompt);
      // The memory is for the first in order: nobody passes one that does not fit.
      if (prompt.waits) admits = admits && has_place(packing) && needed_for(sequence) <= packing.free;
      if (prompt.waits && !admits) continue;
      const std::uint32_t tokens = chunk_of(sequence, prompt.yield, packing);
      if (tokens > 0) {
        take(prompt, tokens, packing);
        has_room = fits_a_token(packing);
      }
      if (!preemptive_ && tokens < sequence.to_prefill()) return;
    }
  }

  /// Whether the budget may leave room for a chunk: at least for a token of a prompt that has not begun.
  [[nodiscard]] bool fits_a_token(const Packing& packing) const {
    return packing.is_empty() || largest_chunk(packing.instance.times, packing.step, 0, 1, budget_) > 0;
  }

  void take(const Prompt& prompt, std::uint32_t tokens, Packing& packing) const {
    const Sequence& sequence = packing.sequence(prompt);
    packing.plan.prefill.push_back({prompt.waits ? packing.admitted() : prompt.place, tokens});
    packing.step.add_prefill(1, tokens, sequence.prefilled_tokens);
    packing.has_long = packing.has_long || is_long(sequence);
    if (!prompt.waits) return;
    packing.plan.admissions.push_back(prompt.place);
    packing.free -= needed_for(sequence);
  }

  [[nodiscard]] std::uint32_t chunk_of(const Sequence& sequence, double yield, const Packing& packing) const {
    if (packing.has_long && is_long(sequence)) return 0;
    const std::uint32_t tokens = largest_chunk(packing.instance.times, packing.step, sequence.prefilled_tokens,
                                               sequence.to_prefill(), budget_ * (1 - yield));
    return packing.is_empty() ? std::max(1U, tokens) : tokens;
  }

  [[nodiscard]] Prompt prompt_of(const Sequence& sequence, std::uint32_t place, bool waits, Seconds now,
                                 PrefillWork& work) const {
    const Request& request = sequence.request;
    const Seconds whole = work.of(sequence.prompt_tokens);
    const Seconds left = whole - work.of(sequence.prefilled_tokens);
    const Seconds due = request.arrival + deadline_of(request, work);
    const Seconds slack = due - now - left;
    const double relative = slack / whole;
    const double yield = preemptive_ && is_long(sequence) ? std::clamp(relative, 0.0, most_yield_) : 0.0;
    const std::array urgencies{relative, due.value(), slack.value(), request.arrival.value()};
    return {.not_begun = !preemptive_ && sequence.prefilled_tokens == 0,
            .urgency = urgencies[static_cast<std::size_t>(order_)],
            .arrival = request.arrival,
            .id = request.id,
            .place = place,
            .waits = waits,
            .yield = yield};
  }

  /// Of the first token, from the arrival on.
  [[nodiscard]] Seconds deadline_of(const Request& request, PrefillWork& work) const {
    const std::size_t id = request.seen_class().index();
    if (id < targets_.size() && targets_[id]) return *targets_[id];
    const double ratio = request.input_tokens > long_tokens_ ? long_ratio_ : short_ratio_;
    return std::max(least_deadline_, work.of(request.input_tokens) * ratio);
  }

  /// KV memory of a prompt that is admitted.
  [[nodiscard]] static std::uint64_t needed_for(const Sequence& sequence) {
    return std::uint64_t{sequence.prompt_tokens} + 1;
  }
  [[nodiscard]] bool is_long(const Sequence& sequence) const { return sequence.prompt_tokens > long_tokens_; }
  [[nodiscard]] bool has_place(const Packing& packing) const {
    return packing.admitted() < std::min(max_batch_, packing.instance.max_batch);
  }

  /// At the highest clock: what limits hold while a prompt waits is not known.
  PrefillWork& work_on(const StepTimes& times) {
    const StepTimes unhindered = times.unhindered();
    const auto found = std::ranges::find(work_, unhindered, &PrefillWork::times);
    return found != work_.end() ? *found : work_.emplace_back(unhindered, budget_);
  }

  std::uint32_t max_batch_ = 256;
  Seconds budget_{0.020};
  PrefillOrder order_ = PrefillOrder::lars;
  bool preemptive_ = true;
  std::optional<std::uint32_t> max_prefills_;
  std::uint32_t long_tokens_ = 8192;
  double most_yield_ = 0.4;
  double short_ratio_ = 2.0, long_ratio_ = 1.6;
  Seconds least_deadline_{0.25};

  std::vector<std::optional<Seconds>> targets_;  ///< by class
  std::vector<PrefillWork> work_;                ///< of each model of its pool
  std::vector<Prompt> prompts_;                  ///< a heap whose front comes first
};

namespace kinds {
Kind<BatchScheduler> medha() {
  return kind_of<BatchScheduler, Medha>(
      "medha", "decodes plus chunks of prompts up to a time budget, by slack, deadline or arrival (Medha)");
}
}  // namespace kinds

}  // namespace headroom
