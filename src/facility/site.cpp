#include "facility/site.hpp"

#include <algorithm>

namespace headroom {

Site::Site(const SiteConfig& config) : config_(config) {
  const NodeId root = tree_.add(std::nullopt, "site");
  nodes_.push_back({root, nullptr, 0, config_.servers});
  build(root, "", 0, config_.servers);
}

void Site::build(NodeId parent, const std::string& prefix, std::size_t level, std::size_t servers) {
  if (level == config_.levels.size()) {
    for (std::size_t i = 0; i < servers; ++i)
      servers_.push_back(tree_.add(parent, prefix + "server" + std::to_string(i)));
    return;
  }
  const LevelConfig& spec = config_.levels[level];
  const std::size_t each = std::min(servers_per_node(level), servers);
  for (std::size_t i = 0; i * each < servers; ++i) {
    const std::string path = prefix + spec.name + std::to_string(i);
    const NodeId id = tree_.add(parent, path, spec.loss);
    const std::size_t held = std::min(each, servers - i * each);
    nodes_.push_back({id, &spec, servers_.size(), held});
    build(id, path + "/", level + 1, held);
  }
}

std::size_t Site::servers_per_node(std::size_t level) const {
  std::size_t servers = 1;
  for (std::size_t i = level; i < config_.levels.size(); ++i) {
    const std::size_t holds = config_.levels[i].holds;
    if (holds == 0) return config_.servers;
    servers *= holds;
  }
  return servers;
}

}  // namespace headroom
