#include <algorithm>
#include <memory>
#include <optional>

#include "headroom/recipe.hpp"
#include "policy/smoothing/gpu_stage.hpp"

namespace headroom {

/// Clips the power of a GPU, draw = min(demand, cap); what is clipped is work that was not done.
class PowerCap : public GpuStage {
 public:
  void fields(Fields& f) override { f("cap_w", cap_, "cap of each GPU; absent: its TDP", Range::power_limit()); }

  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (cap_ && *cap_ > context.gpu_tdp) scope.at("cap_w").problem("must not be above the TDP of the GPU");
  }

  [[nodiscard]] Power highest_draw() const override { return cap_.value_or(tdp()); }

 private:
  Held law(Seconds) override { return {std::min(wanted(), cap_.value_or(tdp()))}; }

  std::optional<Power> cap_;
};

namespace kinds {
Kind<Smoother> power_cap() {
  return kind_of<Smoother, PowerCap>("power_cap", "a power cap of each GPU");
}
}  // namespace kinds

}  // namespace headroom
