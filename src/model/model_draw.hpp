#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "headroom/models.hpp"
#include "model/error_interval.hpp"

namespace headroom {

/// One draw of how far models are off: factors on what they say.
struct ErrorFactors {
  double step = 1;     ///< time of steps that mostly decode
  double prefill = 1;  ///< and of those that mostly prefill
  double power = 1;    ///< what a GPU draws that works
};

/// The factors of a seed for what `source` names (a stack on a GPU type) and a kind of model: half of the draws lie
/// below 1, a tenth below the low end of the interval that `predict` gives, a tenth above its high end.
[[nodiscard]] ErrorFactors drawn_factors(const std::vector<ErrorInterval>& known, ErrorKind kind,
                                         const Neighbourhood& at, std::uint64_t seed, std::string_view source);

/// The same steps on a watch that runs slower or faster: times by a factor, rates of work as they were.
class DrawnPerformance final : public PerformanceModel {
 public:
  DrawnPerformance(std::unique_ptr<const PerformanceModel> model, const ErrorFactors& factors);
  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override;

 private:
  std::unique_ptr<const PerformanceModel> model_;
  ErrorFactors factors_;
};

/// The same draws by a factor; idle draws, which are measured as such, stay.
class DrawnPower final : public PowerModel {
 public:
  DrawnPower(std::unique_ptr<const PowerModel> model, const ErrorFactors& factors);
  [[nodiscard]] Power draw(const GpuActivity& activity, Hertz clock) const override;
  [[nodiscard]] Power idle() const override { return model_->idle(); }
  [[nodiscard]] Power idle_loaded() const override { return model_->idle_loaded(); }

 private:
  std::unique_ptr<const PowerModel> model_;
  double factor_;
};

}  // namespace headroom
