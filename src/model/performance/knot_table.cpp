#include "model/performance/knot_table.hpp"

#include <algorithm>
#include <utility>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {

KnotTable::KnotTable(std::vector<Knot> knots, const Rules& rules, std::string path)
    : knots_(std::move(knots)), rules_(rules), path_(std::move(path)) {}

StepTable::Time KnotTable::time(const StepShape& step) const {
  const double tokens = step.prefill_tokens + step.decodes;
  const bool prompts = step.prefill_tokens > 0;
  const double curve = interpolated(tokens, prompts ? &Knot::prompt_s : &Knot::decode_s);
  return {Seconds(prompts && step.decodes > 0 ? rules_.mixed_factor * curve : curve)};
}

double KnotTable::interpolated(double tokens, double Knot::*curve) const {
  if (!rules_.extend && (tokens < knots_.front().tokens || tokens > knots_.back().tokens))
    throw InputError(path_, "its step times hold from " + shortest(knots_.front().tokens) + " to " +
                                shortest(knots_.back().tokens) + " batched tokens, but a step has " + shortest(tokens) +
                                "; extend holds them beyond their ends");
  const auto above = std::ranges::lower_bound(knots_.begin() + 1, knots_.end() - 1, tokens, {}, &Knot::tokens);
  const Knot &low = *(above - 1), &high = *above;
  const double time = (high.*curve - low.*curve) / (high.tokens - low.tokens) * (tokens - low.tokens) + low.*curve;
  if (time <= 0)
    throw InputError(path_, "beyond its ends a step of " + shortest(tokens) + " tokens would take no time");
  return time;
}

}  // namespace headroom
