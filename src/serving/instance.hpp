#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/prefetch.hpp"
#include "base/quantile_sketch.hpp"
#include "headroom/batch_scheduler.hpp"
#include "headroom/fleet.hpp"
#include "headroom/gpu.hpp"
#include "headroom/models.hpp"
#include "serving/instance_prefixes.hpp"
#include "serving/piece.hpp"
#include "serving/power_limiter.hpp"
#include "serving/token_gaps.hpp"
#include "serving/waiting_queue.hpp"

namespace headroom {

/// What an instance is made of, which outlives it.
struct InstanceSpec {
  const PerformanceModel* performance = nullptr;
  const PowerModel* power = nullptr;
  const GpuSpec* gpu = nullptr;
  LimitSpec limits;
  std::uint32_t tensor_parallel = 1;
  std::uint64_t kv_capacity_tokens = 0;
  std::uint32_t max_waiting = 64;           ///< requests that wait before the next is rejected
  std::string scheduler_name;               ///< for messages about a broken contract
  const PromptPrefixes* prompts = nullptr;  ///< none: it keeps no prefixes
  static constexpr std::uint32_t kAnyBatch = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t max_batch = kAnyBatch;  ///< sequences in flight that its model knows
};

/// A request that has its first token, and goes on elsewhere.
struct Prefilled {
  Sequence sequence;
  Seconds step;  ///< how long the step took that ended its prompt
};

/// Hears of what happens on instances.
class InstanceObserver {
 public:
  virtual ~InstanceObserver() = default;
  /// A prompt is read from its prefilled tokens on, which the prefix cache had; of instances with one.
  virtual void began(InstanceId /*instance*/, const Sequence& /*sequence*/) {}
  virtual void completed(InstanceId instance, const Sequence& sequence, Seconds now) = 0;
  /// It has made as many tokens as somebody wanted to hear of (`Instance::report_at`); returns when to be heard of
  /// next.
  virtual std::uint32_t progressed(InstanceId /*instance*/, const Sequence& /*sequence*/) { return Sequence::kNever; }
  /// It was cancelled, with so many tokens, and holds nothing any more.
  virtual void cancelled(InstanceId /*instance*/, const Sequence& /*sequence*/, Seconds /*now*/) {}
  /// An instance of a variant has come to be.
  virtual void added(InstanceId /*instance*/, VariantId /*variant*/) {}
  /// The power was cut while the instance held this request, of which `generated_tokens` had been produced.
  virtual void lost(InstanceId instance, const Sequence& sequence, Seconds now) = 0;
  /// A run of equal steps is over: k steps between two dates; power of one GPU.
  virtual void ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps,
                   Hertz clock, Power gpu_power) = 0;
};

/// Counts that conservation checks and the summary need.
struct InstanceTotals {
  std::uint64_t prompt_tokens = 0;  ///< prefilled, what was lost and is prefilled again included
  std::uint64_t output_tokens = 0;  ///< produced
  std::uint64_t preemptions = 0;
  std::uint64_t recomputed_tokens = 0;  ///< of prompts and outputs that lost their KV cache
  std::uint64_t steps = 0;
};

/// A copy of a model on its GPUs: a bounded queue, a batch, KV memory. It advances in pieces of equal steps whose end
/// is known in closed form (DESIGN section 3), so it has an event only where its batch, its clock or its power changes.
///
/// It is made open. Prepared, closed or shut down, it serves nothing until it is opened again.
///
/// Its owner calls `on_event` at `next_event()` and asks for that and for `gpu_power()` again after every call.
class alignas(kCacheLine) Instance {
 public:
  /// `token_gaps` holds one sketch of times between tokens for each request class; it draws nothing before `made`.
  Instance(InstanceId id, const InstanceSpec& spec, BatchScheduler& scheduler, std::span<QuantileSketch> token_gaps,
           InstanceObserver& observer, Seconds made = {});

  /// Not open yet: takes nothing and draws so much per GPU while it boots or loads weights. Holds nothing; may be
  /// called again for the next phase.
  void prepare(Power per_gpu, Seconds now);
  /// From now on it takes requests, and draws what a loaded model draws.
  void open(Seconds now);
  /// It is gone: must hold nothing, draws nothing, takes nothing and gives its memory back.
  void close(Seconds now);
  /// Cuts the power: all its requests are lost, it draws nothing and takes nothing.
  void shut_down(Seconds now);

  /// Takes a request into the queue; false where the queue is full or the instance is not open.
  bool offer(const Request& request, Seconds now, std::optional<InstanceId> decode_at = {});
  /// Takes what an instance handed back, as `offer` does; what it generated will be prefilled with its prompt.
  bool resume(const Sequence& sequence, Seconds now);
  /// A request that was offered elsewhere will get its answer here.
  void expect(const Request& request);
  /// It will not.
  void forget(const Request& request);
  /// Books KV memory for the cache that comes with a sequence; false where there is none, or not a token's more,
  /// without which it could never go on.
  bool make_room(const Sequence& sequence, Seconds now);
  /// The cache of an expected sequence is here, in the memory that was booked for it.
  void receive(const Sequence& sequence, Seconds now);
  /// Appends to `out` those that have their first token and go on elsewhere; their KV memory stays booked.
  void take_prefilled(std::vector<Prefilled>& out);
  [[nodiscard]] bool has_prefilled() const { return !prefilled_.empty(); }
  /// Such a sequence's cache has travelled on, or is not needed any more.
  void give_back(const Sequence& sequence, Seconds now);
  /// The room for a cache that will not come.
  void free_room(const Sequence& sequence, Seconds now);
  /// Whether it holds no request and no KV memory, and none is on its way here.
  [[nodiscard]] bool is_empty() const { return outstanding() == 0 && kv_used_ == 0 && expected_ == 0; }
  /// Appends to `out`, in order of the queue, the newest part of the waiting requests that have not begun (rounded up).
  void hand_back_waiting(double newest_fraction, Seconds now, std::vector<Sequence>& out);
  /// Appends to `out` everything that it holds, running ones first: those lose their KV cache as in a pre-emption.
  void hand_back_all(Seconds now, std::vector<Sequence>& out);
  /// Appends to `out` the waiting requests that have not begun and for which `drop(sequence)` holds, called in order of
  /// the queue.
  template <class Drop>
  void squash(Drop drop, Seconds now, std::vector<Sequence>& out) {
    auto kept = waiting_.begin();
    for (const Sequence& sequence : waiting_) {
      if (has_begun(sequence) || !drop(sequence)) {
        *kept++ = sequence;
        continue;
      }
      let_go(sequence);
      out.push_back(sequence);
    }
    if (kept == waiting_.end()) return;
    waiting_.erase(kept, waiting_.end());
    ask(now);
  }

  /// Its prefix cache has the first tokens of a request's prompt from now on, which came from elsewhere; nobody uses
  /// them yet.
  void keep_prefix(const Request& request, std::uint32_t tokens);
  /// The observer is to hear of a request that has no token yet once it has so many.
  void report_at(std::uint64_t request, std::uint32_t tokens);
  /// A request is stopped: at once where it waits, else at the next iteration boundary, after which it makes no token
  /// and holds no memory. False where this does not hold it, has all its tokens, or hands it over.
  bool cancel(std::uint64_t request, Seconds now);

  void on_event(Seconds now);
  /// Has the cache fetch what its next event will touch beside itself: those who come into a batch stand behind the
  /// others, who move up when one leaves it.
  void prefetch_batch() const {
    gaps_.prefetch();
    prefetch(finish_at_.data(), finish_at_.size());
    if (!waiting_.empty()) prefetch(waiting_.data());
    if (decode_counter_ + piece_.count == next_finish_) prefetch(running_.data(), running_.size());
    if (plan_.prefill.empty() || running_.empty()) return;
    prefetch(plan_.prefill.data());
    prefetch(&running_.back());
  }
  /// The clock that its server's GPUs may run at; rescales the iteration under way (DESIGN section 3).
  void set_clock(Hertz clock, Seconds now);
  /// The clock that it asks for itself; the lower of this and its server's holds. The highest: no wish.
  void set_own_clock(Hertz clock, Seconds now);
  /// The lower of both.
  [[nodiscard]] Hertz clock_limit() const { return clock_limit_; }
  /// It makes no step for so long, the one under way included; draws what it draws.
  void stall(Seconds duration, Seconds now);
  /// Sequences in flight at most, at least one, from the next iteration boundary; those above it run on.
  void set_max_batch(std::uint32_t sequences, Seconds now);
  void set_cap(std::optional<Power> per_gpu, Seconds now);
  [[nodiscard]] std::optional<Power> cap() const { return limiter_.cap(); }
  /// What each GPU may draw so as not to overheat; it holds at once (`PowerLimiter::kUnlimited`: no limit).
  void set_thermal_limit(Power per_gpu, Seconds now);
  /// Calls `use(sequence, has_first_token)` for every request that it holds; one that began and waits has it.
  template <class Use>
  void each_sequence(Use use) const {
    const auto use_one = [&](const Sequence& sequence) { use(sequence, sequence.decoding() || has_begun(sequence)); };
    std::ranges::for_each(waiting_, use_one);
    std::ranges::for_each(running_, use_one);
  }

  [[nodiscard]] Seconds next_event() const { return next_event_; }
  [[nodiscard]] Power power_of_one_gpu() const { return draw_; }
  [[nodiscard]] Power gpu_power() const { return draw_ * static_cast<double>(spec_.tensor_parallel); }
  /// Of all its GPUs, up to `now`.
  [[nodiscard]] Energy gpu_energy(Seconds now) const;
  [[nodiscard]] InstanceLoad load() const {
    return {.outstanding = outstanding(),
            .pending_tokens = pending_tokens_,
            .promised_tokens = promised_,
            .waiting = static_cast<std::uint32_t>(waiting_.size()),
            .answers = outstanding() + expected_ - sent_on_,
            .has_backlog = has_backlog(),
            .pending_image_tokens = pending_image_tokens_,
            .up = open_};
  }
  [[nodiscard]] InstanceId id() const { return id_; }
  [[nodiscard]] std::uint32_t outstanding() const {
    return static_cast<std::uint32_t>(waiting_.size() + running_.size());
  }
  [[nodiscard]] std::uint32_t running() const { return static_cast<std::uint32_t>(running_.size()); }
  [[nodiscard]] std::uint32_t waiting() const { return static_cast<std::uint32_t>(waiting_.size()); }
  /// When the steps began that were booked last.
  [[nodiscard]] Seconds worked_since() const { return Seconds(worked_since_); }
  /// KV tokens that somebody needs; what only the prefix cache keeps makes way for others.
  [[nodiscard]] std::uint64_t kv_used_tokens() const { return kv_used_; }
  /// KV tokens that the prefix cache keeps for those to come.
  [[nodiscard]] std::uint64_t kv_unused_tokens() const;
  /// What the prefix cache has of a request's prompt.
  [[nodiscard]] std::uint32_t cached_tokens(const Request& request) const {
    return prefixes_ ? prefixes_->cached_tokens(request) : 0;
  }
  /// KV tokens that the prefix cache dropped to make room.
  [[nodiscard]] std::uint64_t evicted_tokens() const { return prefixes_ ? prefixes_->evicted_tokens() : 0; }
  /// KV tokens held by the running sequences, added up anew: must equal `kv_used_tokens`.
  [[nodiscard]] std::uint64_t kv_recounted_tokens() const;
  [[nodiscard]] std::uint64_t kv_capacity_tokens() const { return spec_.kv_capacity_tokens; }
  /// Output tokens of the requests that it still holds.
  [[nodiscard]] std::uint64_t tokens_in_flight() const;
  [[nodiscard]] const InstanceTotals& totals() const { return totals_; }

 private:
  static constexpr std::uint64_t kNotDecoding = std::numeric_limits<std::uint64_t>::max();

  /// Of a waiting sequence: whether it was in a batch before and has its first token.
  [[nodiscard]] static bool has_begun(const Sequence& waiting) { return waiting.generated_tokens > 0; }

  [[nodiscard]] bool takes_more() const { return open_ && waiting_.size() < spec_.max_waiting; }
  void queued(Seconds now);
  void add_pending(const Sequence& sequence) {
    pending_tokens_ += sequence.to_prefill();
    pending_image_tokens_ += sequence.images_to_prefill();
  }
  void drop_pending(const Sequence& sequence) {
    pending_tokens_ -= sequence.to_prefill();
    pending_image_tokens_ -= sequence.images_to_prefill();
  }
  /// A waiting sequence leaves.
  void let_go(const Sequence& waiting);
  void freed(std::uint64_t tokens, Seconds now);
  void begin_decoding(std::size_t index, bool paused);
  void send_on(std::size_t index, double now);
  /// KV memory that a request takes in the end where its answer comes from.
  [[nodiscard]] static std::uint64_t promise_of(const Request& request) {
    return std::uint64_t{request.input_tokens} + request.output_tokens;
  }
  [[nodiscard]] static std::uint64_t promise_of(const Sequence& sequence) {
    return sequence.decode_at ? std::uint64_t{sequence.prompt_tokens} + 1 : promise_of(sequence.request);
  }
  [[nodiscard]] bool has_backlog() const { return !waiting_.empty() || running_.size() - decodes_ > sent_on_; }
  void ask(Seconds now);
  void ask_at_next_boundary(Seconds now);
  void clock_limit_changed(Seconds now);
  void begin(double now);
  void apply_plan(double now);
  void preempt(std::uint32_t index, double now);
  void choose_decodes(double now);
  void set_aside(Sequence& sequence);
  void take_up(Sequence& sequence, double now);
  void reserve_answer(Sequence& sequence);
  void leave_decodes(Sequence& sequence);
  [[nodiscard]] bool must_ask() const;
  void give_up_place(Sequence& sequence);
  bool leave_batch(Sequence& sequence);
  void drop_cancelled(double now);
  void admit(double now);
  void begin_behind_prefix(Sequence& sequence, std::uint32_t waiting);
  void share_prefixes(std::size_t first, double now);
  void share(Sequence& sequence, std::uint64_t tokens);
  void unshare(Sequence& sequence);
  /// KV tokens in use beside those of running sequences alone.
  [[nodiscard]] std::uint64_t kv_beside_running() const { return lent_ + (prefixes_ ? prefixes_->used_tokens() : 0); }
  void shape_step();
  void start_piece(double now, double done_before, double iteration_start);
  [[nodiscard]] std::uint64_t iterations_ahead(const StepCost& cost, Power draw) const;
  void replan(double now);
  void settle(std::uint64_t iterations, double now);
  void account_energy(double now);
  void finish_prefill(double now);
  void finish_decodes(double now);
  void report_progress(std::size_t index);
  void find_next_finish();
  void complete(std::size_t index, double now);
  void break_off(double now);
  void lose_cache(Sequence& sequence);
  void forget_all();
  void rest(Power draw, double now);
  void set_draw(Power draw, double now);
  [[nodiscard]] InstanceView view(Seconds now) const;
  [[nodiscard]] std::uint64_t kv_tokens(const Sequence& sequence) const { return sequence.kv_tokens(decode_counter_); }
  [[nodiscard]] std::uint64_t generated(const Sequence& running) const {
    return running.generated_tokens + running.decoded(decode_counter_);
  }
  [[nodiscard]] bool has_all_tokens(const Sequence& running) const {
    return generated(running) == running.request.output_tokens;
  }
  [[nodiscard]] std::uint64_t next_mark(const Sequence& decoding) const {
    return decode_counter_ + decoding.to_next_mark(generated(decoding));
  }
  /// Tokens that a decoding sequence really holds.
  [[nodiscard]] std::uint64_t context_of(const Sequence& sequence) const {
    return sequence.prompt_tokens + sequence.decoded(decode_counter_);
  }

  InstanceId id_;
  const InstanceSpec& spec_;
  BatchScheduler& scheduler_;
  InstanceObserver& observer_;
  PowerLimiter limiter_;
  KvBooking booking_;
  bool hears_of_arrivals_;  ///< its scheduler

  WaitingQueue waiting_;
  std::vector<Sequence> running_;
  /// Decode counter at which each running sequence is done, or is to be heard of; never while it prefills.
  std::vector<std::uint64_t> finish_at_;
  TokenGaps gaps_;
  StepPlan plan_;
  StepShape shape_;
  bool running_step_ = false;
  bool asks_next_ =
      false;  ///< queue or limit changed since the scheduler was asked: the piece ends at the next boundary
  bool open_ = true;
  bool cancels_ = false;  ///< some of the running ones are cancelled

  std::uint32_t decodes_ = 0;  ///< sequences that decode and do not pause
  std::uint32_t pausing_ = 0;
  std::uint64_t decode_counter_ = 0;
  std::uint64_t next_finish_ = kNotDecoding;  ///< the least of `finish_at_`
  std::uint64_t asked_by_ = StepPlan::kAny;   ///< the decode counter at which the scheduler is asked again
  std::uint64_t context_ = 0;                 ///< KV tokens that the decoding sequences hold before the next step
  std::uint64_t kv_used_ = 0;
  std::uint64_t pending_tokens_ = 0;
  std::uint64_t promised_ = 0;
  std::uint32_t pending_image_tokens_ = 0;  ///< of `pending_tokens_`
  std::uint64_t lent_ = 0;                  ///< of `kv_used_`: caches that travel on, and room for those that come
  std::uint32_t expected_ = 0;              ///< requests that will get their answer here, from elsewhere
  std::uint32_t sent_on_ = 0;               ///< of those held: will get their answer elsewhere
  std::vector<Prefilled> prefilled_;
  double last_decode_end_ = 0;
  double worked_since_ = 0;
  std::uint32_t max_batch_ = spec_.max_batch;

  Piece piece_;
  Hertz server_clock_, own_clock_;
  Hertz clock_limit_;  ///< the lower of both
  Hertz clock_;
  Power draw_;  ///< of one GPU
  double draw_since_ = 0;
  double energy_j_ = 0;      ///< of all GPUs up to `draw_since_`
  double energy_share_ = 0;  ///< energy that a sequence which decoded all the time would have been given
  Seconds next_event_ = PowerLimiter::kNever;
  std::unique_ptr<InstancePrefixes> prefixes_;  ///< none: it keeps no prefixes
  InstanceTotals totals_;
};

}  // namespace headroom
