#include "scenario/pools.hpp"

namespace headroom {

std::vector<std::size_t> pool_of_servers(std::span<const double> fractions, std::size_t servers) {
  std::vector<double> assigned(fractions.size(), 0.0);
  std::vector<std::size_t> pools;
  for (std::size_t i = 1; i <= servers; ++i) {
    const auto behind = [&](std::size_t pool) { return fractions[pool] * static_cast<double>(i) - assigned[pool]; };
    std::size_t next = 0;
    for (std::size_t pool = 1; pool < fractions.size(); ++pool)
      if (behind(pool) > behind(next)) next = pool;
    ++assigned[next];
    pools.push_back(next);
  }
  return pools;
}

}  // namespace headroom
