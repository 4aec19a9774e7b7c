#include "workload/workload_config.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "workload/classes.hpp"
#include "workload/trace_types.hpp"

namespace headroom {
namespace {

void check_length(const LengthChoice& choice, const std::string& pointer, std::vector<Problem>& problems) {
  if (choice.value) choice.value->check(pointer, problems);
  else problems.push_back({pointer, "must be given"});
}

void check_synthetic(const SyntheticConfig& config, const std::string& pointer, std::vector<Problem>& problems) {
  if (config.rate_curve) config.rate_curve->check(pointer + "/rate_curve", problems);
  std::set<std::string_view> names;
  double shares = 0.0;
  for (std::size_t i = 0; i < config.classes.size(); ++i) {
    const auto& entry = config.classes[i];
    const std::string here = pointer + "/classes/" + std::to_string(i);
    if (!entry.name.empty() && !is_class_name(entry.name))
      problems.push_back({here + "/name", "may hold letters, digits, underscore, point and hyphen only"});
    if (is_reserved_class_name(entry.name))
      problems.push_back(
          {here + "/name", '"' + entry.name + "\" is a priority or means all requests, no class may be called so"});
    if (entry.name.empty() && config.classes.size() > 1)
      problems.push_back({here + "/name", "must be given where there are several classes"});
    else if (!names.insert(entry.name).second)
      problems.push_back({here + "/name", "another class is already called \"" + entry.name + '"'});
    check_length(entry.input, here + "/input", problems);
    check_length(entry.output, here + "/output", problems);
    shares += entry.share;
  }
  if (config.classes.empty()) problems.push_back({pointer + "/classes", "must have at least one class"});
  else if (std::abs(shares - 1.0) > 1e-6)
    problems.push_back({pointer + "/classes", "the shares must add up to 1, but add up to " + std::to_string(shares)});
}

}  // namespace

void SyntheticClassConfig::fields(Fields& fields) {
  fields("name", name, "the type of these requests; may be left out where there is one class only");
  fields("share", share, "share of all requests; the shares add up to 1", Range::fraction());
  fields("high_priority_share", high_priority_share, "share of the requests of this class with high priority",
         Range::fraction());
  fields.required("input", input, "how long the prompts are");
  fields.required("output", output, "how many tokens are generated");
}

void SyntheticConfig::fields(Fields& fields) {
  fields.required("rate_per_s", rate_per_s,
                  "mean rate of arrivals, or its peak where the rate curve is normalised by peak",
                  Range::between(1e-12, 1e6));
  fields("duration_s", duration, "arrivals stop here; without it they go on as long as the run", Range::period());
  fields("arrivals", arrivals, "how arrivals scatter around their rate");
  fields("rate_curve", rate_curve, "how the rate changes over time; without it, it is constant");
  fields.required("classes", classes, "the types of requests");
}

void WorkloadConfig::fields(Fields& fields) {
  fields("trace", trace, "requests from a trace file");
  fields("synthetic", synthetic, "generated requests");
}

std::vector<Problem> check(const WorkloadConfig& config, const std::string& pointer) {
  std::vector<Problem> problems;
  if (config.trace && config.synthetic) problems.push_back({pointer, "must have either trace or synthetic"});
  if (config.trace) check_trace(*config.trace, pointer + "/trace", problems);
  if (config.synthetic) check_synthetic(*config.synthetic, pointer + "/synthetic", problems);
  return problems;
}

}  // namespace headroom
