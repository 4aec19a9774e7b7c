#include "model/error_interval.hpp"

#include <algorithm>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kWiderPerDoubling = 0.25;
constexpr double kWiderWhereUnknown = 2.0;
constexpr double kUnknownRatio = 2.0;

double doublings(double value, double largest) {
  return value > largest ? portable::log(value / largest) / portable::log(2.0) : 0.0;
}

double doublings_beyond(const Neighbourhood& at, const Neighbourhood& largest) {
  return doublings(at.batch, largest.batch) + doublings(at.tensor_parallel, largest.tensor_parallel) +
         doublings(at.context_tokens, largest.context_tokens);
}

ErrorRange widened(const ErrorRange& range, double factor) {
  return {portable::pow(range.low, factor), portable::pow(range.high, factor)};
}

const ErrorInterval* find(const std::vector<ErrorInterval>& known, ErrorKind kind, ErrorQuantity quantity) {
  const auto is_it = [&](const ErrorInterval& some) { return some.kind == kind && some.quantity == quantity; };
  const auto found = std::ranges::find_if(known, is_it);
  return found != known.end() ? &*found : nullptr;
}

}  // namespace

void ErrorInterval::fields(Fields& f) {
  f("kind", kind, "models it was measured on");
  f("quantity", quantity, "time of decode steps, of prefills; power of a GPU; energy of an output token");
  f("low_ratio", low_ratio, "10th percentile of measured over predicted values", Range::between(0.01, 1.0));
  f("high_ratio", high_ratio, "90th percentile", Range::between(1.0, 100.0));
  f("points", points, "measurements, each left out of the fit", Range::between(1, 1e9));
  f("largest_batch", largest.batch, "that was measured", Range::between(1.0, 1e6));
  f("largest_tensor_parallel", largest.tensor_parallel, "that was measured", Range::between(1.0, 1024.0));
  f("largest_context_tokens", largest.context_tokens, "of a sequence, that was measured", Range::between(1.0, 1e8));
}

void ErrorInterval::check(const Scope& scope) const {
  if (low_ratio > high_ratio) scope.at("low_ratio").problem("must not be above high_ratio");
}

ErrorKind error_kind_of(const Architecture& model) {
  if (is_fp8(model.precision)) return ErrorKind::fp8;
  return model.experts.experts > 0 ? ErrorKind::mixture : ErrorKind::dense;
}

ErrorRange error_range(const std::vector<ErrorInterval>& known, ErrorKind kind, ErrorQuantity quantity,
                       const Neighbourhood& at) {
  if (const ErrorInterval* own = find(known, kind, quantity))
    return widened({own->low_ratio, own->high_ratio}, 1 + kWiderPerDoubling * doublings_beyond(at, own->largest));
  ErrorRange worst;
  for (const ErrorInterval& some : known) {
    if (some.quantity != quantity) continue;
    worst.low = std::min(worst.low, some.low_ratio);
    worst.high = std::max(worst.high, some.high_ratio);
  }
  if (worst.low == worst.high) return {1 / kUnknownRatio, kUnknownRatio};
  return widened(worst, kWiderWhereUnknown);
}

bool is_measured(const std::vector<ErrorInterval>& known, ErrorKind kind, ErrorQuantity quantity,
                 const Neighbourhood& at) {
  const ErrorInterval* own = find(known, kind, quantity);
  return own && doublings_beyond(at, own->largest) == 0.0;
}

}  // namespace headroom
