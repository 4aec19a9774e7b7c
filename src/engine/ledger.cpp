#include "engine/ledger.hpp"

namespace headroom {
namespace {

/// The most particular targets that the scenario gives for a class: by its name, its type, its priority, or for all.
std::optional<SloTargets> targets_of(const Scenario& scenario, const ClassTable& classes, ClassId id) {
  const std::string priority = word_of(classes.priority(id));
  for (const std::string& name : {classes.name(id), classes.type(id), priority, std::string("all")})
    if (const auto found = scenario.slo.find(name); found != scenario.slo.end()) return found->second;
  return std::nullopt;
}

}  // namespace

RequestLedger::RequestLedger(const ClassTable& classes, const Scenario& scenario)
    : classes_(classes), results_(classes.size()), token_gaps_(classes.size()) {
  for (std::size_t i = 0; i < classes.size(); ++i) targets_.push_back(targets_of(scenario, classes, ClassId(i)));
}

void RequestLedger::rejected(const Request& request) {
  ++rejected_;
  const std::size_t index = request.request_class.index();
  ++results_[index].rejected;
  if (targets_[index]) ++results_[index].slo_counted;
}

void RequestLedger::completed(const Sequence& sequence, Seconds now) {
  const Request& request = sequence.request;
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
  if (!targets_[index]) return;
  ++result.slo_counted;
  if (attained(*targets_[index], ttft, e2e, request.output_tokens)) ++result.slo_attained;
}

bool RequestLedger::attained(const SloTargets& targets, Seconds ttft, Seconds e2e, std::uint32_t outputs) const {
  if (targets.ttft && ttft > *targets.ttft) return false;
  if (targets.e2e && e2e > *targets.e2e) return false;
  return !targets.tbt || outputs < 2 || (e2e - ttft) / (outputs - 1.0) <= *targets.tbt;
}

void RequestLedger::write(Report& report) const {
  for (std::size_t i = 0; i < results_.size(); ++i) {
    ClassResult result = results_[i];
    result.latency.tbt = token_gaps_[i];
    report.all.merge(result);
    const ClassId id(i);
    report.classes[word_of(classes_.priority(id))].merge(result);
    if (!classes_.type(id).empty()) report.classes[classes_.type(id)].merge(result);
  }
  report.input_tokens = input_tokens_;
}

}  // namespace headroom
