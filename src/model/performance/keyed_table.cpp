#include "model/performance/keyed_table.hpp"

#include <cmath>
#include <utility>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

double rounded_up(double value, double step) {
  return std::ceil(value / step) * step;
}

double looked_up(const KeyedTable::Times& times, double a, double b, const std::string& path, const char* what) {
  const auto row = times.find(KeyedTable::key(a, b));
  if (row != times.end()) return row->second;
  throw InputError(path, std::string("has no row for ") + what + ' ' + shortest(a) +
                             (b > 0 || std::string_view(what) != "tokens" ? ", " + shortest(b) : std::string()) +
                             ", which a step needs");
}

}  // namespace

KeyedTable::KeyedTable(Times tokens, Times decode, Times prefill, const Rules& rules, Files files)
    : tokens_(std::move(tokens)),
      decode_(std::move(decode)),
      prefill_(std::move(prefill)),
      rules_(rules),
      files_(std::move(files)) {}

StepTable::Time KeyedTable::time(const StepShape& step) const {
  Time time;
  double layer =
      looked_up(tokens_, rounded_up(step.decodes + step.prefill_tokens, kTokenStep), 0, files_.tokens, "tokens");
  if (step.decodes > 0) {
    const double mean = std::floor(step.decode_context_tokens / step.decodes) + 1;
    const double context = rounded_up(mean, StepShape::kContextStep);
    const double attention = looked_up(decode_, step.decodes, context, files_.decode, "sequences and context");
    layer += step.decodes > 1 ? attention * rules_.several_factor : attention;
    time.valid_to_context = context * step.decodes - 1;
  }
  if (step.prefill_sequences > 0) {
    const double attention =
        looked_up(prefill_, step.prefill_context_rounded, std::round(std::sqrt(step.prefill_squares)), files_.prefill,
                  "context and prompt tokens");
    layer += step.prefill_sequences > 1 ? attention * rules_.several_factor : attention;
  }
  time.duration = Seconds(rules_.layers * layer);
  return time;
}

}  // namespace headroom
