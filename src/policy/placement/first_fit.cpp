#include <cmath>

#include "headroom/placement.hpp"
#include "headroom/recipe.hpp"

namespace headroom {
namespace {

/// The first pool gets the first servers, up to its fraction, then the next pool.
class FirstFitPlacement final : public Placement {
 public:
  std::size_t pool_of(const OpenServer&, std::span<const PoolShare> pools) override {
    std::size_t given = 0;
    for (const PoolShare& pool : pools) given += pool.servers;
    double share = 0;
    for (std::size_t i = 0; i + 1 < pools.size(); ++i) {
      share += pools[i].fraction;
      if (static_cast<double>(given) < std::round(share * static_cast<double>(pools[i].of))) return i;
    }
    return pools.size() - 1;
  }
};

}  // namespace

namespace kinds {
Kind<Placement> first_fit() {
  return kind_of<Placement, FirstFitPlacement>("first_fit", "the first pool gets the first servers, then the next");
}
}  // namespace kinds

}  // namespace headroom
