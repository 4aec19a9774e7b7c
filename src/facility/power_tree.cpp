#include "facility/power_tree.hpp"

#include <map>
#include <utility>

namespace headroom {

NodeId PowerTree::add(std::optional<NodeId> parent, std::string path, const LossModel& loss) {
  const NodeId id(nodes_.size());
  Node node;
  node.parent = parent ? static_cast<std::uint32_t>(parent->index()) : kNone;
  node.lossless = loss.fixed == Power() && loss.proportional == 0.0 && loss.quadratic_per_w == 0.0;
  nodes_.push_back(node);
  losses_.push_back(loss);
  paths_.push_back(std::move(path));
  if (!nodes_.back().lossless && loss.fixed != Power()) set_power(id, Power(), Seconds(), [](NodeId, Power) {});
  return id;
}

std::optional<NodeId> PowerTree::parent(NodeId id) const {
  const std::uint32_t at = nodes_[id.index()].parent;
  if (at == kNone) return std::nullopt;
  return NodeId(at);
}

PowerTree::Spread PowerTree::spread_over(std::span<const NodeId> leaves,
                                         const std::function<bool(NodeId)>& is_followed) const {
  const auto part_above = [&](std::uint32_t at) {
    do at = nodes_[at].parent;
    while (at != kNone && nodes_[at].parent != kNone && nodes_[at].lossless && !is_followed(NodeId(at)));
    return at;
  };
  std::map<std::uint32_t, double, std::greater<>> leaves_of;  // a node comes after its parent in the tree
  for (const NodeId leaf : leaves) {
    const std::uint32_t first = part_above(static_cast<std::uint32_t>(leaf.index()));
    leaves_of[first] += 1;
    for (std::uint32_t at = first; at != kNone; at = part_above(at)) leaves_of.try_emplace(at, 0.0);
  }
  Spread spread;
  std::map<std::uint32_t, std::uint32_t> index_of;
  for (const auto& [node, count] : leaves_of) {
    index_of[node] = static_cast<std::uint32_t>(spread.parts_.size());
    spread.parts_.push_back({node, kNone, count});
  }
  for (auto& part : spread.parts_)
    if (const std::uint32_t above = part_above(part.node); above != kNone) part.parent = index_of.at(above);
  spread.changes_.assign(spread.parts_.size(), 0.0);
  return spread;
}

bool PowerTree::is_under(NodeId below, NodeId above) const {
  for (std::optional<NodeId> at = below; at; at = parent(*at))
    if (*at == above) return true;
  return false;
}

Energy PowerTree::loss_energy(NodeId id, Seconds now) const {
  const Node& node = nodes_[id.index()];
  return Energy(node.loss_energy + (node.power - node.load) * (now.value() - node.since));
}

}  // namespace headroom
