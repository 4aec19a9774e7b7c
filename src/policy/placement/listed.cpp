#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "headroom/placement.hpp"
#include "headroom/recipe.hpp"

namespace headroom {
namespace {

/// Each pool has the servers of the nodes that are listed for it; the last pool has all others.
class Listed final : public Placement {
 public:
  void fields(Fields& f) override {
    f.required("nodes", nodes_, "by pool: paths of what holds its servers; the last pool has all others");
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    for (const auto& [pool, unused] : nodes_) {
      const auto is_it = [&](const std::string& name) { return name == pool || name.ends_with("/" + pool); };
      if (std::ranges::none_of(context.pools, is_it))
        check_name(pool, context.pools, "pool", scope.at("nodes").at(pool));
    }
  }
  std::size_t pool_of(const OpenServer& server, std::span<const PoolShare> pools) override {
    for (std::size_t i = 0; i < pools.size(); ++i)
      if (const auto listed = nodes_.find(std::string(pools[i].name)); listed != nodes_.end())
        for (const std::string& node : listed->second)
          if (is_at_or_under(server.path, node)) return i;
    return pools.size() - 1;
  }

 private:
  std::map<std::string, std::vector<std::string>> nodes_;
};

}  // namespace

namespace kinds {
Kind<Placement> listed() {
  return kind_of<Placement, Listed>("listed", "each pool has the servers of the nodes listed for it");
}
}  // namespace kinds

}  // namespace headroom
