#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/quantile_sketch.hpp"
#include "headroom/batch_scheduler.hpp"
#include "headroom/request.hpp"
#include "kernel/run_end.hpp"
#include "metrics/class_series.hpp"
#include "metrics/report.hpp"
#include "metrics/run_listener.hpp"
#include "scenario/answers_config.hpp"
#include "scenario/scenario.hpp"
#include "serving/instance.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Keeps the books on requests: counts, latencies and SLOs by class. Tells those who listen what becomes of each, and
/// the run when none is under way any more.
class RequestLedger final : public InstanceObserver {
 public:
  /// All outlive this.
  /// `prompts` keeps the blocks of requests under way, where instances keep prefixes.
  RequestLedger(const ClassTable& classes, const Scenario& scenario, std::span<RunListener* const> listeners,
                PromptPrefixes* prompts, RunEnd& end);

  /// Who hears of what becomes of each from now on.
  void add(RunListener& listener) { listeners_.push_back(&listener); }
  void arrived(const Request& request) {
    ++arrived_;
    ++results_[request.request_class.index()].arrived;
    series_.arrived(request.request_class, request.arrival);
  }
  void rejected(const Request& request, Rejection why);
  void began(InstanceId instance, const Sequence& sequence) override;
  void added(InstanceId instance, VariantId variant) override;
  void completed(InstanceId instance, const Sequence& sequence, Seconds now) override;
  std::uint32_t progressed(InstanceId instance, const Sequence& sequence) override;
  /// A planner stopped it; it counts for no SLO.
  void cancelled(InstanceId instance, const Sequence& sequence, Seconds now) override;
  /// A request lost with its instance counts as rejected.
  void lost(InstanceId instance, const Sequence& sequence, Seconds now) override;
  void ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps, Hertz clock,
           Power gpu_power) override;
  /// The run ended while an instance held this request. It counts against the SLO where it has missed a target already.
  void left(InstanceId instance, const Sequence& sequence, bool has_first_token, Seconds now);
  /// The run ended before an instance got this request.
  void left_under_way(const Request& request, Seconds now);
  /// An instance handed this back, and nobody else takes it.
  void turned_away(const Sequence& sequence, Rejection why);
  /// It waited too long and was dropped.
  void squashed(const Request& request);
  /// For the first token of a class; infinite where there is none.
  [[nodiscard]] Seconds ttft_target(ClassId id) const;
  void no_more_arrivals();

  /// How long answers are, where that depends on who answers.
  [[nodiscard]] const VariantAnswers& answers() const { return answers_; }
  /// Times between tokens, one sketch a class, which instances fill.
  [[nodiscard]] std::span<QuantileSketch> token_gaps() { return token_gaps_; }
  /// What became of the requests of a class.
  [[nodiscard]] ClassResult result_of(ClassId id) const;
  [[nodiscard]] std::size_t classes() const { return results_.size(); }
  [[nodiscard]] std::uint64_t arrivals() const { return arrived_; }
  [[nodiscard]] std::uint64_t completions() const { return completed_; }
  [[nodiscard]] std::uint64_t outstanding() const { return arrived_ - completed_ - rejected_ - squashed_ - cancelled_; }
  [[nodiscard]] std::uint64_t input_tokens() const { return input_tokens_; }
  /// Output tokens of completed requests, and those produced for requests that were lost or cancelled.
  [[nodiscard]] std::uint64_t settled_output_tokens() const { return output_tokens_ + lost_tokens_; }

  /// Of the classes of which there were any, over time.
  [[nodiscard]] std::vector<SeriesResult::Class> series(Seconds now);

  /// Adds results by class, priority and type to the report.
  void write(Report& report) const;

 private:
  void count_left(const Request& request, Seconds ttft, Seconds age);
  template <class Use>
  void each_row(Report& report, ClassId id, Use use) const;
  void count_rejected(const Request& request, Rejection why);
  /// The request has ended in one way or another.
  void forget(const Request& request) {
    if (prompts_) prompts_->drop(request.id);
  }
  void end_if_over();
  [[nodiscard]] bool attained(const SloTargets& targets, Seconds ttft, Seconds e2e, std::uint32_t outputs) const;
  [[nodiscard]] double quality_of(InstanceId instance, ClassId id) const;

  const ClassTable& classes_;
  std::vector<RunListener*> listeners_;
  PromptPrefixes* prompts_;
  RunEnd& end_;
  std::vector<ClassResult> results_;
  ClassSeries series_;
  std::vector<QuantileSketch> token_gaps_;
  std::vector<std::vector<Seconds>> ages_;  ///< of requests in flight at the end, by class
  std::vector<std::optional<SloTargets>> targets_;
  VariantAnswers answers_;
  std::vector<double> qualities_;      ///< by variant
  std::vector<VariantId> variant_of_;  ///< by instance
  bool more_may_come_ = true;
  std::uint64_t arrived_ = 0, completed_ = 0, rejected_ = 0, squashed_ = 0, cancelled_ = 0;
  std::uint64_t input_tokens_ = 0, output_tokens_ = 0, lost_tokens_ = 0;
};

}  // namespace headroom
