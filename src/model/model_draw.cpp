#include "model/model_draw.hpp"

#include <string>
#include <utility>

#include "base/random.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kNinthDecile = 1.2815515655446004;  ///< of the standard normal distribution

/// Its logarithm is half a normal distribution on each side of 0.
double drawn(const ErrorRange& range, RandomStream& stream) {
  const double deviations = stream.normal() / kNinthDecile;
  return deviations < 0 ? portable::pow(range.low, -deviations) : portable::pow(range.high, deviations);
}

}  // namespace

ErrorFactors drawn_factors(const std::vector<ErrorInterval>& known, ErrorKind kind, const Neighbourhood& at,
                           std::uint64_t seed, std::string_view source) {
  const auto factor = [&](ErrorQuantity quantity) {
    const auto word = [](auto value) { return std::string(words_of(value)[static_cast<std::size_t>(value)]); };
    RandomStream stream(seed, "model error " + std::string(source) + " " + word(kind) + " " + word(quantity));
    return drawn(error_range(known, kind, quantity, at), stream);
  };
  return {factor(ErrorQuantity::step), factor(ErrorQuantity::prefill), factor(ErrorQuantity::power)};
}

DrawnPerformance::DrawnPerformance(std::unique_ptr<const PerformanceModel> model, const ErrorFactors& factors)
    : model_(std::move(model)), factors_(factors) {}

StepCost DrawnPerformance::cost(const StepShape& step, Hertz clock) const {
  StepCost cost = model_->cost(step, clock);
  const double factor = step.prefill_tokens > step.decodes ? factors_.prefill : factors_.step;
  for (Seconds StepCost::*time : {&StepCost::base, &StepCost::per_context_token, &StepCost::busy,
                                  &StepCost::busy_per_context_token, &StepCost::collective})
    cost.*time *= factor;
  for (double StepCost::*work : {&StepCost::flops, &StepCost::flops_per_context_token, &StepCost::bytes,
                                 &StepCost::bytes_per_context_token, &StepCost::sequences})
    cost.*work *= factor;
  return cost;
}

DrawnPower::DrawnPower(std::unique_ptr<const PowerModel> model, const ErrorFactors& factors)
    : model_(std::move(model)), factor_(factors.power) {}

Power DrawnPower::draw(const GpuActivity& activity, Hertz clock) const {
  return model_->draw(activity, clock) * factor_;
}

}  // namespace headroom
