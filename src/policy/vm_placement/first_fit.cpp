#include "headroom/recipe.hpp"
#include "headroom/vm.hpp"

namespace headroom {
namespace {

/// The lowest server.
class FirstFitVms final : public VmPlacement {
 public:
  std::optional<ServerId> place(const Vm& vm, const VmView& view) override {
    for (std::size_t i = 0; i < view.servers(); ++i)
      if (view.fits(vm, ServerId(i))) return ServerId(i);
    return std::nullopt;
  }
};

}  // namespace

namespace kinds {
Kind<VmPlacement> first_fit_vms() {
  return kind_of<VmPlacement, FirstFitVms>("first_fit", "the lowest server where a machine fits");
}
}  // namespace kinds

}  // namespace headroom
