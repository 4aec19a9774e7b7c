#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/models.hpp"
#include "headroom/policy.hpp"
#include "headroom/prefix.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// One request on an instance, waiting or admitted.
struct Sequence {
  Request request;
  std::uint32_t prompt_tokens = 0;  ///< tokens to prefill: the input, and what it generated before it gave up its place
  std::uint32_t prefilled_tokens = 0;   ///< of these
  std::uint32_t generated_tokens = 0;   ///< up to the end of its last prefill, not counting decode steps since
  std::uint32_t cached_tokens = 0;      ///< of its prompt, in blocks that belong to the prefix cache of its instance
  std::uint32_t reserved_tokens = 0;    ///< of its answer, where KV memory is booked for it whole (KvBooking)
  std::uint32_t report_at = kNever;     ///< output tokens at which somebody wants to hear of it
  std::uint64_t decode_since = 0;       ///< the instance's decode counter when decoding began, later by what it paused
  std::uint64_t taken_up_at = 0;        ///< the counter when it began to decode, or went on after a pause
  std::uint64_t paused_at = kRuns;      ///< the counter since which it pauses
  Seconds first_token{};                ///< when the first output token came
  Seconds last_token{};                 ///< when its last prefill ended, or its last token before it gave up its place
  double energy_share_at_start = 0;     ///< the instance's energy per decoding sequence when decoding began
  Energy energy{};                      ///< attributed to it before that
  std::optional<InstanceId> decode_at;  ///< who goes on after its first token, where that is another instance

  static constexpr std::uint64_t kRuns = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kCancelled = 0;  ///< as `report_at`: it leaves at the next iteration boundary

  [[nodiscard]] bool decoding() const { return prefilled_tokens == prompt_tokens; }
  [[nodiscard]] std::uint32_t to_prefill() const { return prompt_tokens - prefilled_tokens; }
  /// Of `to_prefill`, those of its images, which are read first.
  [[nodiscard]] std::uint32_t images_to_prefill() const {
    return request.image_tokens > prefilled_tokens ? request.image_tokens - prefilled_tokens : 0;
  }
  /// Its KV cache is gone: the prompt, and what has been generated, are to be prefilled.
  void begin_anew() {
    prompt_tokens = request.input_tokens + generated_tokens;
    prefilled_tokens = cached_tokens = 0;
  }
  [[nodiscard]] bool is_cancelled() const { return report_at == kCancelled; }
  /// Whether it keeps its place and its KV cache, but does not decode.
  [[nodiscard]] bool pauses() const { return paused_at != kRuns; }
  /// Output tokens until it is done or is to be heard of, when it has generated so many.
  [[nodiscard]] std::uint64_t to_next_mark(std::uint64_t generated) const {
    const std::uint64_t heard_of = std::max<std::uint64_t>(report_at, generated + 1);
    return std::min<std::uint64_t>(heard_of, request.output_tokens) - generated;
  }
  /// Decode steps that it has been in since its last prefill, when its instance has made so many.
  [[nodiscard]] std::uint64_t decoded(std::uint64_t decode_counter) const {
    return decoding() ? std::min(decode_counter, paused_at) - decode_since : 0;
  }
  /// Tokens of KV memory that are booked for it alone once admitted, when its instance has made so many decode steps.
  [[nodiscard]] std::uint64_t kv_tokens(std::uint64_t decode_counter) const {
    return std::uint64_t{prompt_tokens} + 1 - cached_tokens +
           std::max<std::uint64_t>(reserved_tokens, decoded(decode_counter));
  }
};

/// How long steps would take on an instance at the clock that holds now, by the models of the run.
class StepTimes {
 public:
  StepTimes() = default;  ///< of a view made by hand: steps take no time
  StepTimes(const PerformanceModel& model, Hertz clock, Hertz highest_clock)
      : model_(&model), clock_(clock), highest_clock_(highest_clock) {}

  /// The same at the highest clock of the GPU, whatever limits hold now.
  [[nodiscard]] StepTimes unhindered() const {
    StepTimes times = *this;
    times.clock_ = highest_clock_;
    return times;
  }
  bool operator==(const StepTimes&) const = default;

  [[nodiscard]] Seconds operator()(const StepShape& step) const {
    return model_ ? model_->cost(step, clock_).duration(step.decode_context_tokens) : Seconds();
  }

 private:
  const PerformanceModel* model_ = nullptr;
  Hertz clock_{}, highest_clock_{};
};

/// What a batch scheduler may know of one instance at an iteration boundary.
struct InstanceView {
  InstanceId id{};
  Seconds now{};
  std::span<const Sequence> waiting;  ///< in order of arrival here; pre-empted ones first
  std::span<const Sequence> running;  ///< admitted, in order of admission: decoding or partly prefilled
  std::uint32_t decodes = 0;          ///< of them decoding and not pausing
  std::uint32_t pausing = 0;          ///< of them pausing
  std::uint64_t decode_counter = 0;   ///< decode steps so far
  std::uint64_t kv_capacity_tokens = 0;
  std::uint64_t kv_used_tokens = 0;  ///< prompts are reserved whole at admission; what is merely cached is not used
  /// Sequences admitted at most at a time, beside what its scheduler itself keeps to.
  std::uint32_t max_batch = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t gpus = 1;  ///< it runs on
  StepTimes times{};
  PrefixLookUp* prefixes = nullptr;  ///< none: it has no prefix cache

  [[nodiscard]] std::uint64_t kv_free_tokens() const { return kv_capacity_tokens - kv_used_tokens; }
  /// Tokens of KV memory that are booked for an admitted sequence alone.
  [[nodiscard]] std::uint64_t kv_tokens(const Sequence& sequence) const { return sequence.kv_tokens(decode_counter); }
  /// What needs no prefill of the prompt of a waiting sequence that is admitted next. To be asked in order of the
  /// queue, of those alone that can be admitted, but for the last.
  [[nodiscard]] CachedPrefix cached(std::size_t index) const {
    return prefixes ? prefixes->cached(index) : CachedPrefix();
  }
};

/// What an instance runs next. Pre-empted sequences go back to the front of the queue and are prefilled again, with
/// what they generated; admitted ones stand behind the running ones, in the order of `admissions`. Indices in
/// `preemptions` and `admissions` are those of the view, whatever else the plan does.
///
/// A plan that breaks one of these rules ends the run with exit code 3:
/// - pre-emptions are running sequences, in descending order; admissions are waiting ones, in ascending order;
/// - the KV memory holds what is left after the pre-emptions, the prompt (but what is held of it already, see `cached`)
///   and one token of each admission that does not bring its KV cache along, and one token of each decoding sequence if
///   `decode` is set;
/// - admissions bring the running sequences to `max_batch` at most; more that run already may run on;
/// - paused ones are sequences that decode, in ascending order, numbered as chunks are;
/// - chunks are admitted sequences in ascending order, each of at least one token and at most what is left to prefill
///   beside what is cached;
/// - `decode` is set only where a sequence decodes after the pre-emptions and does not pause;
/// - something runs (a chunk or a decode) unless no request waits or is admitted, or `waits` is set.
struct StepPlan {
  struct Chunk {
    std::uint32_t running = 0;  ///< index into the running sequences after pre-emptions and admissions
    std::uint32_t tokens = 0;
  };
  std::vector<std::uint32_t> preemptions;  ///< indices into `running`, descending
  std::vector<std::uint32_t> admissions;   ///< indices into `waiting`, ascending
  std::vector<Chunk> prefill;
  bool decode = false;                ///< all decoding sequences that do not pause produce a token
  std::vector<std::uint32_t> paused;  ///< indices as in `prefill` of those that keep their place and KV cache and rest
  std::uint64_t steps = kAny;         ///< until the scheduler is asked again, at the latest
  bool waits = false;                 ///< nothing runs until a request comes or KV memory is given back

  static constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();

  void clear() {
    preemptions.clear();
    admissions.clear();
    prefill.clear();
    decode = false;
    paused.clear();
    steps = kAny;
    waits = false;
  }
};

/// How KV memory is booked for a sequence: its prompt at admission, then a token for each decode step; its prompt, then
/// the whole answer when it begins to decode, so that it never runs short; or as the first, while the scheduler alone
/// sees to it that memory suffices.
enum class KvBooking : std::uint8_t { by_step, whole_answer, by_scheduler };

/// Chooses what an instance of its pool runs next. Bookkeeping only: time and memory are the engine's.
/// It is asked whenever the batch may change: a queue or a `max_batch` that changed, a finished prefill or
/// request, memory about to run out, the steps over that it named.
class BatchScheduler : public Policy {
 public:
  /// Before all else: the targets of the time to the first token, by class; classes beyond its end have none.
  virtual void begin(std::span<const std::optional<Seconds>> /*ttft_targets*/) {}
  [[nodiscard]] virtual KvBooking booking() const { return KvBooking::by_step; }
  /// KV memory was given back by a request whose cache has travelled on. Returns what `arrived` does.
  [[nodiscard]] virtual bool freed(const InstanceView& instance) { return !instance.waiting.empty(); }
  /// Whether `arrived` is called; without, `plan` is always asked.
  [[nodiscard]] virtual bool hears_of_arrivals() const { return false; }
  /// A request has joined the queue of an instance, as the last one. Returns whether `plan` is to be asked, at the end
  /// of the step under way, or at once where none is.
  [[nodiscard]] virtual bool arrived(const InstanceView& /*instance*/, const Sequence& /*sequence*/) { return true; }
  /// Whether it asks what is `cached` of prompts; others cannot serve instances with a prefix cache.
  [[nodiscard]] virtual bool looks_up_prefixes() const { return false; }
  /// How long a step is to last at most, where it cuts prompts by that: less than a step of one token takes would leave
  /// nothing to run, which is refused before the run.
  [[nodiscard]] virtual std::optional<Seconds> time_budget() const { return std::nullopt; }
  /// Fills `plan`, which comes cleared and is reused.
  virtual void plan(const InstanceView& instance, StepPlan& plan) = 0;
  /// Sequences that it keeps admitted at most on an instance; the catalogue counts with it.
  [[nodiscard]] virtual std::uint32_t most_sequences() const { return std::numeric_limits<std::uint32_t>::max(); }
};

}  // namespace headroom
