#include "engine/ledger.hpp"

#include <algorithm>
#include <limits>

#include "scenario/graph_classes.hpp"
#include "scenario/slo.hpp"
#include "scenario/variants.hpp"

namespace headroom {

RequestLedger::RequestLedger(const ClassTable& classes, const Scenario& scenario,
                             std::span<RunListener* const> listeners, PromptPrefixes* prompts, RunEnd& end)
    : classes_(classes),
      listeners_(listeners.begin(), listeners.end()),
      prompts_(prompts),
      end_(end),
      results_(classes.size()),
      series_(classes.size(), scenario.output.power.bin),
      token_gaps_(classes.size()),
      ages_(classes.size()),
      answers_(scenario, classes) {
  for (std::size_t i = 0; i < classes.size(); ++i) targets_.push_back(targets_of(scenario, classes, ClassId(i)));
  if (prompts_)
    for (ClassResult& result : results_) result.prefix_cache.emplace();
  if (fewest_chains(scenario) > 0)
    for (ClassResult& result : results_) result.cancelled.emplace();
  for (const VariantSpec& variant : variants_of(scenario)) qualities_.push_back(variant.quality);
  if (!answers_.empty() ||
      std::ranges::any_of(variants_asked_for(scenario), [](const VariantSpec& spec) { return spec.quality != 1.0; }))
    for (ClassResult& result : results_) result.quality_sum.emplace();
}

void RequestLedger::no_more_arrivals() {
  more_may_come_ = false;
  end_if_over();
}

void RequestLedger::end_if_over() {
  if (!more_may_come_ && outstanding() == 0) end_.requests_are_over();
}

void RequestLedger::rejected(const Request& request, Rejection why) {
  count_rejected(request, why);
  for (RunListener* listener : listeners_) listener->rejected(request);
}

void RequestLedger::lost(InstanceId instance, const Sequence& sequence, Seconds) {
  lost_tokens_ += sequence.generated_tokens;
  count_rejected(sequence.request, Rejection::lost);
  for (RunListener* listener : listeners_) listener->lost(sequence, instance);
  end_if_over();
}

void RequestLedger::turned_away(const Sequence& sequence, Rejection why) {
  lost_tokens_ += sequence.generated_tokens;
  count_rejected(sequence.request, why);
  for (RunListener* listener : listeners_) listener->turned_away(sequence);
  end_if_over();
}

void RequestLedger::squashed(const Request& request) {
  forget(request);
  ++squashed_;
  const std::size_t index = request.request_class.index();
  ++results_[index].squashed;
  if (targets_[index]) ++results_[index].slo_counted;
  for (RunListener* listener : listeners_) listener->rejected(request);
  end_if_over();
}

Seconds RequestLedger::ttft_target(ClassId id) const {
  const auto& targets = targets_[id.index()];
  return targets && targets->ttft ? *targets->ttft : Seconds(std::numeric_limits<double>::infinity());
}

void RequestLedger::ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps,
                        Hertz clock, Power gpu_power) {
  for (RunListener* listener : listeners_) listener->ran(instance, step, from, to, steps, clock, gpu_power);
}

void RequestLedger::count_rejected(const Request& request, Rejection why) {
  forget(request);
  ++rejected_;
  const std::size_t index = request.request_class.index();
  ++results_[index].rejected;
  ++results_[index].rejected_by[static_cast<std::size_t>(why)];
  if (targets_[index]) ++results_[index].slo_counted;
}

void RequestLedger::began(InstanceId, const Sequence& sequence) {
  results_[sequence.request.request_class.index()].prefix_cache->add(sequence.prompt_tokens, sequence.prefilled_tokens);
}

void RequestLedger::added(InstanceId instance, VariantId variant) {
  if (variant_of_.size() <= instance.index()) variant_of_.resize(instance.index() + 1);
  variant_of_[instance.index()] = variant;
}

double RequestLedger::quality_of(InstanceId instance, ClassId id) const {
  const VariantId variant = variant_of_[instance.index()];
  return answers_.quality(variant, id).value_or(qualities_[variant.index()]);
}

void RequestLedger::completed(InstanceId instance, const Sequence& sequence, Seconds now) {
  const Request& request = sequence.request;
  forget(request);
  const std::size_t index = request.request_class.index();
  ClassResult& result = results_[index];
  const Seconds ttft = sequence.first_token - request.arrival;
  const Seconds e2e = now - request.arrival;
  ++completed_;
  ++result.completed;
  input_tokens_ += request.input_tokens;
  output_tokens_ += request.output_tokens;
  result.latency.ttft.add(ttft.value());
  result.latency.e2e.add(e2e.value());
  result.step_energy += sequence.energy;
  series_.completed(request.request_class, ttft, e2e, now);
  if (result.quality_sum) *result.quality_sum += quality_of(instance, request.request_class);
  if (targets_[index]) {
    ++result.slo_counted;
    const auto least = targets_[index]->quality;
    const bool is_good = !least || quality_of(instance, request.request_class) >= *least;
    if (is_good && attained(*targets_[index], ttft, e2e, request.output_tokens)) ++result.slo_attained;
  }
  for (RunListener* listener : listeners_) listener->completed(sequence, instance, now);
  end_if_over();
}

std::uint32_t RequestLedger::progressed(InstanceId instance, const Sequence& sequence) {
  std::uint32_t next = Sequence::kNever;
  for (RunListener* listener : listeners_) next = std::min(next, listener->progressed(sequence, instance));
  return next;
}

void RequestLedger::cancelled(InstanceId instance, const Sequence& sequence, Seconds) {
  const Request& request = sequence.request;
  forget(request);
  ++cancelled_;
  ++*results_[request.request_class.index()].cancelled;
  lost_tokens_ += sequence.generated_tokens;
  for (RunListener* listener : listeners_) listener->cancelled(sequence, instance);
  end_if_over();
}

void RequestLedger::left(InstanceId instance, const Sequence& sequence, bool has_first_token, Seconds now) {
  const Request& request = sequence.request;
  const Seconds age = now - request.arrival;
  for (RunListener* listener : listeners_) listener->left(request, instance);
  count_left(request, has_first_token ? sequence.first_token - request.arrival : age, age);
}

void RequestLedger::left_under_way(const Request& request, Seconds now) {
  const Seconds age = now - request.arrival;
  for (RunListener* listener : listeners_) listener->left_under_way(request);
  count_left(request, age, age);
}

void RequestLedger::count_left(const Request& request, Seconds ttft, Seconds age) {
  const std::size_t index = request.request_class.index();
  ages_[index].push_back(age);
  if (!targets_[index]) return;
  if (!attained(*targets_[index], ttft, age, request.output_tokens)) ++results_[index].slo_counted;
}

bool RequestLedger::attained(const SloTargets& targets, Seconds ttft, Seconds e2e, std::uint32_t outputs) const {
  if (targets.ttft && ttft > *targets.ttft) return false;
  if (targets.e2e && e2e > *targets.e2e) return false;
  return !targets.tbt || outputs < 2 || (e2e - ttft) / (outputs - 1.0) <= *targets.tbt;
}

/// Calls `use(row)` for each row of the report that the requests of a class count in.
template <class Use>
void RequestLedger::each_row(Report& report, ClassId id, Use use) const {
  use(report.all);
  use(report.classes[word_of(classes_.priority(id))]);
  if (!classes_.type(id).empty()) use(report.classes[classes_.type(id)]);
}

ClassResult RequestLedger::result_of(ClassId id) const {
  ClassResult result = results_[id.index()];
  result.latency.tbt = token_gaps_[id.index()];
  return result;
}

std::vector<SeriesResult::Class> RequestLedger::series(Seconds now) {
  std::vector<SeriesResult::Class> list;
  for (std::size_t i = 0; i < results_.size(); ++i)
    if (results_[i].arrived > 0) list.emplace_back(series_.finish(ClassId(i), now)).name = classes_.name(ClassId(i));
  return list;
}

void RequestLedger::write(Report& report) const {
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const ClassResult result = result_of(ClassId(i));
    each_row(report, ClassId(i), [&](ClassResult& row) { row.merge(result); });
  }
  for (std::size_t i = 0; i < ages_.size(); ++i)
    each_row(report, ClassId(i), [&](ClassResult& row) {
      if (row.latency.e2e.empty()) return;
      const double p99 = row.latency.e2e.quantile(0.99);
      row.in_flight_older_than_p99 +=
          static_cast<std::uint64_t>(std::ranges::count_if(ages_[i], [p99](Seconds age) { return age.value() > p99; }));
    });
  report.input_tokens = input_tokens_;
}

}  // namespace headroom
