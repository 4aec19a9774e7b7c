#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "facility/lowest_limit.hpp"
#include "facility/site.hpp"

namespace headroom {

/// What nodes may draw at present: their budgets, less what incidents take of them.
class Budgets {
 public:
  explicit Budgets(const Site& site);

  /// None for a node without a budget.
  [[nodiscard]] std::optional<Power> of(NodeId node) const;
  /// Of all nodes with a budget at or under these paths no more than a fraction is left; or that is over.
  void begin_limit(const std::vector<std::string>& paths, double fraction);
  void end_limit(const std::vector<std::string>& paths, double fraction);

 private:
  struct Budget {
    Power full;
    LowestLimit limit;
  };
  template <class Change>
  void change(const std::vector<std::string>& paths, Change change);

  const Site& site_;
  std::map<NodeId, Budget> budgets_;
};

}  // namespace headroom
