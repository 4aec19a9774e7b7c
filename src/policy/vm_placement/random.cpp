#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/vm.hpp"

namespace headroom {
namespace {

/// Any server where it fits, all equally likely.
class RandomVms final : public VmPlacement {
 public:
  std::optional<ServerId> place(const Vm& vm, const VmView& view) override {
    std::vector<ServerId> fitting;
    for (std::size_t i = 0; i < view.servers(); ++i)
      if (view.fits(vm, ServerId(i))) fitting.emplace_back(i);
    if (fitting.empty()) return std::nullopt;
    return fitting[static_cast<std::size_t>(vm.draw * static_cast<double>(fitting.size()))];
  }
};

}  // namespace

namespace kinds {
Kind<VmPlacement> random_vms() {
  return kind_of<VmPlacement, RandomVms>("random", "any server where a machine fits");
}
}  // namespace kinds

}  // namespace headroom
