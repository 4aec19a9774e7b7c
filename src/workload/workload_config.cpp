#include "workload/workload_config.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "trace/classes.hpp"
#include "trace/trace_types.hpp"

namespace headroom {

void SyntheticClassConfig::fields(Fields& fields) {
  fields("name", name, "the type of these requests; may be left out where there is one class only");
  fields("share", share, "share of all requests; the shares add up to 1", Range::fraction());
  fields("high_priority_share", high_priority_share, "share of the requests of this class with high priority",
         Range::fraction());
  fields.required("input", input, "how long the prompts are");
  fields.required("output", output, "how many tokens are generated");
  fields("prefixes", prefixes,
         "how prompts begin alike, level by level: a group of the first (a system prompt) has groups of the next (its "
         "sessions) in it; only services with `prefix_cache` take notice");
  fields("images", images, "how many images these requests bring; absent: none");
}

void SyntheticConfig::fields(Fields& fields) {
  fields.required("rate_per_s", rate_per_s,
                  "mean rate of arrivals, or its peak where the rate curve is normalised by peak",
                  Range::between(1e-12, 1e6));
  fields("duration_s", duration, "arrivals stop here; without it they go on as long as the run", Range::period());
  fields("arrivals", arrivals, "how arrivals scatter around their rate");
  fields("rate_curve", rate_curve, "how the rate changes over time; without it, it is constant");
  fields("block_tokens", block_tokens, "tokens of the blocks in which prompts that begin alike are compared",
         Range::between(1, 1e6));
  fields("classes", classes, "the types of requests");
  fields("lengths", lengths, "a trace instead, whose types, lengths and shares of the types these requests have");
  fields("mix", mix, "how the shares of the types change over time, in place of those of the classes or the trace");
}

void WorkloadConfig::fields(Fields& fields) {
  fields("trace", trace, "requests from a trace file");
  fields("synthetic", synthetic, "generated requests");
  fields("also", also, "more of them beside these, each with a rate, a curve and arrivals of its own");
}

void SyntheticClassConfig::check(const Scope& scope) const {
  if (!name.empty() && !is_class_name(name))
    scope.at("name").problem("may hold letters, digits, underscore, point and hyphen only");
  if (is_reserved_class_name(name))
    scope.at("name").problem('"' + name + "\" is a priority or means all requests, no class may be called so");
  if (!input.value) scope.at("input").problem("must be given");
  if (!output.value) scope.at("output").problem("must be given");
  if (has_too_many_groups(prefixes)) scope.at("prefixes").problem("have more than a million groups in all");
}

void SyntheticConfig::check(const Scope& scope) const {
  if (!classes.empty() && lengths) scope.at("lengths").problem("must not be given beside classes");
  if (rate_curve && rate_curve->counts == CurveCounts::input_tokens && !lengths)
    scope.at("rate_curve").at("counts").problem("input_tokens needs lengths from a trace (lengths)");
  if (!lengths) check_classes(scope.at("classes"));
}

void SyntheticConfig::check_classes(const Scope& here) const {
  std::set<std::string_view> names;
  double shares = 0.0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::string& name = classes[i].name;
    if (name.empty() && classes.size() > 1)
      here.at(i).at("name").problem("must be given where there are several classes");
    else if (!names.insert(name).second)
      here.at(i).at("name").problem("another class is already called \"" + name + '"');
    shares += classes[i].share;
  }
  if (classes.empty()) here.problem("must have at least one class, unless lengths are given");
  else if (std::abs(shares - 1.0) > 1e-6)
    here.problem("the shares must add up to 1, but add up to " + std::to_string(shares));
}

void WorkloadConfig::check(const Scope& scope) const {
  if (trace && synthetic) scope.problem("must have either trace or synthetic");
  if (!also.empty() && !synthetic) scope.at("also").problem("stand beside synthetic, which is missing");
}

}  // namespace headroom
