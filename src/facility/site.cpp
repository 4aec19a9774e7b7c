#include "facility/site.hpp"

#include <algorithm>

#include "base/interrupt.hpp"

namespace headroom {
namespace {

std::size_t servers_per_node(const SiteConfig& config, std::size_t level) {
  std::size_t servers = 1;
  for (std::size_t i = level; i < config.levels.size(); ++i) {
    const std::size_t holds = config.levels[i].holds;
    if (holds == 0) return config.servers;
    servers = std::min<std::size_t>(servers * holds, config.servers);  // both at most a million
  }
  return servers;
}

}  // namespace

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
  const std::size_t each = std::min(servers_per_node(config_, level), servers);
  for (std::size_t i = 0; i * each < servers; ++i) {
    stop_if_interrupted();
    const std::string path = prefix + spec.name + std::to_string(i);
    const NodeId id = tree_.add(parent, path, spec.loss);
    const std::size_t held = std::min(each, servers - i * each);
    nodes_.push_back({id, &spec, servers_.size(), held});
    build(id, path + "/", level + 1, held);
  }
}

std::vector<std::size_t> nodes_by_level(const SiteConfig& config) {
  std::vector<std::size_t> counts;
  std::size_t above = 1;
  for (std::size_t level = 0; level < config.levels.size(); ++level) {
    above = std::min<std::size_t>(config.servers, config.servers / servers_per_node(config, level) + above);
    counts.push_back(above);
  }
  return counts;
}

}  // namespace headroom
