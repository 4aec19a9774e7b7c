#pragma once

#include <utility>
#include <vector>

#include "headroom/id.hpp"

namespace headroom {

/// What a controller may act on: what the `scope` of its entry in the scenario says; without one, everything.
class Reach {
 public:
  Reach() = default;
  /// By server and by pool.
  Reach(std::vector<bool> servers, std::vector<bool> pools)
      : is_everything_(false), servers_(std::move(servers)), pools_(std::move(pools)) {}

  [[nodiscard]] bool is_everything() const { return is_everything_; }
  [[nodiscard]] bool holds(ServerId id) const { return is_everything_ || servers_[id.index()]; }
  [[nodiscard]] bool holds(PoolId id) const { return is_everything_ || pools_[id.index()]; }

 private:
  bool is_everything_ = true;
  std::vector<bool> servers_;
  std::vector<bool> pools_;
};

inline const Reach kReachesEverything;

}  // namespace headroom
