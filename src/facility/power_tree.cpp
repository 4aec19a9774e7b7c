#include "facility/power_tree.hpp"

#include <utility>

namespace headroom {

NodeId PowerTree::add(std::optional<NodeId> parent, std::string path, const LossModel& loss) {
  const NodeId id(nodes_.size());
  Node node;
  node.parent = parent ? static_cast<std::uint32_t>(parent->index()) : kNone;
  node.loss = loss;
  node.lossless = loss.fixed == Power() && loss.proportional == 0.0 && loss.quadratic_per_w == 0.0;
  node.path = std::move(path);
  nodes_.push_back(std::move(node));
  if (!nodes_.back().lossless && loss.fixed != Power()) set_power(id, Power(), Seconds(), [](NodeId, Power) {});
  return id;
}

std::optional<NodeId> PowerTree::parent(NodeId id) const {
  const std::uint32_t at = nodes_[id.index()].parent;
  if (at == kNone) return std::nullopt;
  return NodeId(at);
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
