#include "serving/plan_check.hpp"

#include <cstdint>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

class Check {
 public:
  Check(const std::string& policy, InstanceId instance, Seconds now)
      : policy_(policy), instance_(instance), now_(now) {}

  void that(bool holds, const char* rule) const {
    if (!holds) [[unlikely]]
      fail(rule);
  }

 private:
  [[noreturn, gnu::cold, gnu::noinline]] void fail(const char* rule) const {
    throw PolicyError("batching policy " + policy_ + " broke its contract at " + shortest(now_.value()) +
                      " s on instance " + std::to_string(instance_.index()) + ": " + rule);
  }

  const std::string& policy_;
  InstanceId instance_;
  Seconds now_;
};

/// The index that a running sequence had before the plan's pre-emptions.
std::size_t before_preemptions(const StepPlan& plan, std::size_t index) {
  for (std::size_t i = plan.preemptions.size(); i-- > 0;)
    if (plan.preemptions[i] <= index) ++index;
  return index;
}

/// Of an admitted sequence, by its number in the plan; `kept` ran before.
std::uint32_t left_to_prefill(const StepPlan& plan, const InstanceView& view, std::size_t kept, std::size_t running) {
  if (running < kept) return view.running[before_preemptions(plan, running)].to_prefill();
  const std::uint32_t index = plan.admissions[running - kept];
  return view.waiting[index].to_prefill() - view.cached(index).tokens;
}

/// Decoding sequences that the plan lets decode, and what it books for them beside their step's token.
struct Decoders {
  std::uint64_t count = 0;
  std::uint64_t answers = 0;  ///< tokens of KV memory, where answers are booked whole

  void add(const Sequence& sequence, KvBooking booking) {
    ++count;
    if (booking == KvBooking::whole_answer && sequence.reserved_tokens == 0)
      answers += sequence.request.output_tokens - sequence.generated_tokens;
  }
};

Decoders decoders_of(const StepPlan& plan, const InstanceView& view, KvBooking booking, const Check& check) {
  Decoders decoders;
  auto paused = plan.paused.begin();
  const std::size_t kept = view.running.size() - plan.preemptions.size();
  for (std::size_t i = 0; i < kept; ++i) {
    const Sequence& sequence = view.running[before_preemptions(plan, i)];
    const bool pauses = paused != plan.paused.end() && *paused == i;
    if (pauses) ++paused;
    check.that(!pauses || sequence.decoding(), "only sequences that decode can pause");
    if (pauses || !sequence.decoding()) continue;
    decoders.add(sequence, booking);
  }
  check.that(paused == plan.paused.end(), "paused ones must be running sequences in ascending order");
  return decoders;
}

/// Where nothing pauses and answers are not booked whole, which is the rule, all that decode go on.
bool all_go_on(const StepPlan& plan, const InstanceView& view, KvBooking booking) {
  return plan.paused.empty() && booking != KvBooking::whole_answer && view.pausing == 0;
}

}  // namespace

void check_plan(const StepPlan& plan, const InstanceView& view, KvBooking booking, const std::string& policy) {
  const Check check(policy, view.id, view.now);
  std::uint64_t used = view.kv_used_tokens;
  Decoders decoders{view.decodes};
  std::size_t above = view.running.size();
  for (const std::uint32_t index : plan.preemptions) {
    check.that(index < above, "pre-emptions must be running sequences in descending order");
    above = index;
    used -= view.kv_tokens(view.running[index]);
    if (view.running[index].decoding()) --decoders.count;
  }
  if (!all_go_on(plan, view, booking)) decoders = decoders_of(plan, view, booking, check);
  std::size_t from = 0;
  for (const std::uint32_t index : plan.admissions) {
    check.that(index >= from && index < view.waiting.size(), "admissions must be waiting requests in ascending order");
    from = index + std::size_t{1};
    const Sequence& sequence = view.waiting[index];
    if (sequence.decoding()) decoders.add(sequence, booking);
    else used += std::uint64_t{sequence.prompt_tokens} + 1 - view.cached(index).held;
  }
  if (!plan.admissions.empty())
    check.that(view.running.size() - plan.preemptions.size() + plan.admissions.size() <= view.max_batch,
               "admissions must not bring more sequences in flight than the instance may hold");
  if (booking == KvBooking::by_step && plan.decode) used += decoders.count;
  check.that(used + decoders.answers <= view.kv_capacity_tokens || booking == KvBooking::by_scheduler,
             "the plan needs more KV memory than there is");

  const std::size_t kept = view.running.size() - plan.preemptions.size();
  std::size_t next = 0;
  for (const auto& chunk : plan.prefill) {
    check.that(chunk.running >= next && chunk.running < kept + plan.admissions.size(),
               "chunks must be admitted sequences in ascending order");
    next = chunk.running + std::size_t{1};
    check.that(chunk.tokens >= 1 && chunk.tokens <= left_to_prefill(plan, view, kept, chunk.running),
               "a chunk must be part of what is left of its prompt");
  }
  check.that(!plan.decode || decoders.count > 0, "nothing is there to decode");
  check.that(plan.steps >= 1, "the scheduler must be asked again after one step at the soonest");
  check.that(plan.decode || !plan.prefill.empty() || plan.waits || (view.waiting.empty() && view.running.empty()),
             "nothing runs although requests wait");
}

}  // namespace headroom
