#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/request.hpp"
#include "headroom/winner_tree.hpp"

namespace headroom {

/// What a router may know of one instance.
struct InstanceLoad {
  std::uint32_t outstanding = 0;     ///< requests waiting or running
  std::uint64_t pending_tokens = 0;  ///< prompt tokens not yet prefilled
  bool up = true;                    ///< false where it lost its power and takes nothing

  bool operator==(const InstanceLoad&) const = default;
};

/// The instances by pool and their loads. The engine updates it as loads change; routers read it.
class FleetView {
 public:
  /// A pool serves the requests of some priorities; `instances` have dense ids in order of the pools added.
  PoolId add_pool(std::string name, std::vector<Priority> priorities, std::size_t instances) {
    const PoolId id(pools_.size());
    for (const Priority priority : priorities) pool_of_[static_cast<std::size_t>(priority)] = id;
    Pool pool{std::move(name), loads_.size(), instances, LoadTree(instances, 0), LoadTree(instances, 0)};
    pools_.push_back(std::move(pool));
    loads_.resize(loads_.size() + instances);
    pool_of_instance_.resize(loads_.size(), id);
    return id;
  }

  [[nodiscard]] std::size_t pools() const { return pools_.size(); }
  [[nodiscard]] const std::string& name(PoolId pool) const { return pools_[pool.index()].name; }
  /// The pool that serves this priority.
  [[nodiscard]] PoolId pool_for(Priority priority) const { return pool_of_[static_cast<std::size_t>(priority)]; }
  [[nodiscard]] std::size_t instances() const { return loads_.size(); }
  [[nodiscard]] std::size_t instances(PoolId pool) const { return pools_[pool.index()].size; }
  /// The instance at `position` (0 .. instances(pool) - 1).
  [[nodiscard]] InstanceId instance(PoolId pool, std::size_t position) const {
    return InstanceId(pools_[pool.index()].first + position);
  }
  [[nodiscard]] const InstanceLoad& load(InstanceId id) const { return loads_[id.index()]; }

  /// The instance with the fewest outstanding requests; the lowest id among equals, none where all are down.
  [[nodiscard]] std::optional<InstanceId> least_outstanding(PoolId pool) const {
    return if_up(instance(pool, pools_[pool.index()].by_outstanding.least().position));
  }
  /// The instance with the fewest pending tokens, among equals the one with the fewest outstanding requests.
  [[nodiscard]] std::optional<InstanceId> least_pending_tokens(PoolId pool) const {
    return if_up(instance(pool, pools_[pool.index()].by_tokens.least().position));
  }

  void update(InstanceId id, const InstanceLoad& load) {
    if (loads_[id.index()] == load) return;
    loads_[id.index()] = load;
    Pool& pool = pools_[pool_of_instance_[id.index()].index()];
    const std::size_t position = id.index() - pool.first;
    pool.by_outstanding.update(position, load.up ? load.outstanding : LoadTree::kNever);
    pool.by_tokens.update(position, load.up ? (load.pending_tokens << 20) | load.outstanding : LoadTree::kNever);
  }

 private:
  using LoadTree = WinnerTree<std::uint64_t>;

  [[nodiscard]] std::optional<InstanceId> if_up(InstanceId id) const {
    return load(id).up ? std::optional(id) : std::nullopt;
  }

  struct Pool {
    std::string name;
    std::size_t first;
    std::size_t size;
    LoadTree by_outstanding;
    LoadTree by_tokens;
  };

  std::vector<Pool> pools_;
  std::vector<InstanceLoad> loads_;
  std::vector<PoolId> pool_of_instance_;
  std::array<PoolId, 2> pool_of_{};
};

}  // namespace headroom
