#include "fleet/budgets.hpp"

#include <algorithm>

#include "headroom/placement.hpp"

namespace headroom {

Budgets::Budgets(const Site& site) : site_(site) {
  for (const SiteNode& node : site.nodes())
    if (node.level && node.level->budget) budgets_[node.id] = {*node.level->budget, {}};
}

std::optional<Power> Budgets::of(NodeId node) const {
  const auto budget = budgets_.find(node);
  if (budget == budgets_.end()) return std::nullopt;
  return budget->second.full * budget->second.limit.fraction();
}

template <class Change>
void Budgets::change(const std::vector<std::string>& paths, Change change) {
  for (auto& [node, budget] : budgets_)
    if (std::ranges::any_of(paths, [&](const auto& path) { return is_at_or_under(site_.tree().path(node), path); }))
      change(budget.limit);
}

void Budgets::begin_limit(const std::vector<std::string>& paths, double fraction) {
  change(paths, [&](LowestLimit& limit) { limit.begin(fraction); });
}

void Budgets::end_limit(const std::vector<std::string>& paths, double fraction) {
  change(paths, [&](LowestLimit& limit) { limit.end(fraction); });
}

}  // namespace headroom
