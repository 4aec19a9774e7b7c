#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/quantile_sketch.hpp"
#include "headroom/batch_scheduler.hpp"
#include "serving/instance.hpp"
#include "serving/power_limiter.hpp"

namespace headroom::test {

/// What `Instance` must give, the plain way: one event an iteration, loops over sequences, nothing kept that can be
/// added up. It asks the scheduler at every iteration boundary. It shares the models, the scheduler, the limiter and
/// the rule of when power and clamp clock are evaluated (DESIGN section 3): at the start of a piece, whose planned
/// length ends where a sequence finishes, memory or coefficients end or the draw would have moved by 0.5 % of TDP; an
/// arrival or another change of the queue or of its limit ends it at the next boundary, and a change of clock, cap or
/// limit at once.
class StepByStepInstance : private PrefixLookUp {
 public:
  StepByStepInstance(InstanceId id, const InstanceSpec& spec, BatchScheduler& scheduler,
                     std::span<QuantileSketch> token_gaps, InstanceObserver& observer);

  void prepare(Power per_gpu, Seconds now) {
    rest(false, per_gpu, now);
    unused_.clear();
  }
  void open(Seconds now) { rest(true, spec_.power->idle_loaded(), now); }
  void close(Seconds now) {
    rest(false, Power(), now);
    unused_.clear();
  }
  void shut_down(Seconds now);

  bool offer(const Request& request, Seconds now, std::optional<InstanceId> decode_at = {});
  void expect(const Request&) {}
  void forget(const Request&) {}
  bool make_room(const Sequence& sequence, Seconds now);
  void receive(const Sequence& sequence, Seconds now);
  void take_prefilled(std::vector<Prefilled>& out);
  void give_back(const Sequence& sequence, Seconds now);
  void free_room(const Sequence& sequence, Seconds now) { give_back(sequence, now); }
  bool resume(const Sequence& sequence, Seconds now);
  void hand_back_waiting(double newest_fraction, Seconds now, std::vector<Sequence>& out);
  void hand_back_all(Seconds now, std::vector<Sequence>& out);
  template <class Drop>
  void squash(Drop drop, Seconds, std::vector<Sequence>& out) {
    for (std::size_t i = 0; i < waiting_.size();) {
      if (waiting_[i].tokens > 0 || !drop(waiting_[i].seen)) ++i;
      else hand_back(i, out);
    }
  }

  void on_event(Seconds now);
  void set_clock(Hertz clock, Seconds now);
  void set_own_clock(Hertz clock, Seconds now);
  void set_max_batch(std::uint32_t sequences, Seconds now);
  void set_cap(std::optional<Power> per_gpu, Seconds now);
  void set_thermal_limit(Power per_gpu, Seconds now);

  [[nodiscard]] Seconds next_event() const;
  [[nodiscard]] Energy gpu_energy(Seconds now) const;
  [[nodiscard]] InstanceLoad load() const;
  [[nodiscard]] const InstanceTotals& totals() const { return totals_; }
  [[nodiscard]] std::uint64_t kv_unused_tokens() const {
    return spec_.prompts ? unused_.size() * spec_.prompts->block_tokens() : 0;
  }
  [[nodiscard]] std::uint32_t outstanding() const {
    return static_cast<std::uint32_t>(waiting_.size() + running_.size());
  }

 private:
  /// What the scheduler may see of a request, and what is plainly known of it.
  struct Job {
    Sequence seen;
    std::uint32_t tokens = 0;  ///< generated so far
    double last_token = 0;
    double energy_j = 0;
    /// Tokens in the KV cache before its next step, which writes the token generated last.
    [[nodiscard]] std::uint64_t context() const { return std::uint64_t{seen.request.input_tokens} + tokens - 1; }
    /// Those that it shares with nobody.
    [[nodiscard]] std::uint64_t kv() const {
      return (seen.decoding() ? context() + 1 : std::uint64_t{seen.prompt_tokens} + 1) - seen.cached_tokens;
    }
  };

  void rest(bool open, Power draw, Seconds now);
  void hand_back(std::size_t waiting, std::vector<Sequence>& out);
  void give_up_place(Job& job);
  void send_on(const Job& job, double now);
  void ask_at_next_boundary();
  void ask(Seconds now);
  void boundary(double now);
  void plan(double now);
  void see();
  [[nodiscard]] bool keeps_batch() const;
  void apply_plan();
  void preempt(std::size_t index);
  [[nodiscard]] CachedPrefix cached(std::size_t waiting) override;
  [[nodiscard]] std::span<const BlockKey> blocks_of(const Job& job) const;
  [[nodiscard]] std::span<const BlockKey> shared(const Job& job) const;
  [[nodiscard]] std::set<BlockKey> pinned() const;
  void share_prompts(std::size_t first);
  void share(Job& job, std::uint32_t tokens);
  void unshare(Job& job);
  void unshare_finished();
  void evict();
  void evaluate(double now);
  [[nodiscard]] std::uint64_t planned_iterations() const;
  void interrupt(double now);
  void finish_iteration(double now);
  void produce_token(Job& job, double now);
  void spend(double now);
  [[nodiscard]] InstanceView view(double now);
  [[nodiscard]] double context() const;
  [[nodiscard]] std::uint64_t kv_used() const;
  [[nodiscard]] std::uint32_t decoding() const;

  InstanceId id_;
  InstanceSpec spec_;
  BatchScheduler& scheduler_;
  std::span<QuantileSketch> token_gaps_;
  InstanceObserver& observer_;
  PowerLimiter limiter_;

  std::vector<Job> waiting_, running_;
  std::vector<Sequence> waiting_seen_, running_seen_;
  std::vector<Sequence> lent_;  ///< whose caches travel on, and those for whose caches room is booked
  std::vector<Prefilled> prefilled_;
  std::vector<BlockKey> unused_;  ///< blocks of prompts that are kept for others, the oldest first
  StepPlan plan_;
  StepShape shape_;
  bool open_ = true;
  bool busy_ = false;
  bool asks_next_ = false;  ///< the batch may change at the next boundary
  std::uint64_t decode_steps_ = 0;

  std::uint32_t max_batch_ = std::numeric_limits<std::uint32_t>::max();
  Hertz server_clock_, own_clock_, clock_limit_, clock_;
  Power draw_;
  std::uint64_t left_in_piece_ = 0;  ///< iterations until power and clock are evaluated again
  double segment_start_ = 0;         ///< the present iteration runs undisturbed since
  double segment_end_ = 0;
  double iteration_start_ = 0;
  double full_duration_ = 0;  ///< of the present iteration at the present clock
  double phi_ = 0;            ///< fraction of it done before `segment_start_`
  double spent_to_ = 0;
  double energy_j_ = 0;
  InstanceTotals totals_;
};

}  // namespace headroom::test
