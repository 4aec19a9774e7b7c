#include "headroom/placement.hpp"
#include "headroom/recipe.hpp"

namespace headroom {
namespace {

/// Pools take turns, so that every rack has its share of each: the pool furthest behind its fraction is next, the first
/// among equals.
class Interleaved final : public Placement {
 public:
  std::size_t pool_of(const OpenServer&, std::span<const PoolShare> pools) override {
    std::size_t given = 1;
    for (const PoolShare& pool : pools) given += pool.servers;
    const auto behind = [&](const PoolShare& pool) {
      return pool.fraction * static_cast<double>(given) - static_cast<double>(pool.servers);
    };
    std::size_t next = 0;
    for (std::size_t i = 1; i < pools.size(); ++i)
      if (behind(pools[i]) > behind(pools[next])) next = i;
    return next;
  }
};

}  // namespace

namespace kinds {
Kind<Placement> interleaved() {
  return kind_of<Placement, Interleaved>("interleaved", "pools take turns, so that every rack has its share of each");
}
}  // namespace kinds

}  // namespace headroom
