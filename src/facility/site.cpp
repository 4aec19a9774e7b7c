#include "facility/site.hpp"

#include <algorithm>
#include <set>

#include "base/interrupt.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostLevels = 16, kMostNodes = 4'000'000;
constexpr std::size_t kLongestName = 60;

bool is_node_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName && name.find('/') == std::string::npos;
}

/// Whether a name is another one with a number behind it.
bool is_numbered(const std::string& name, const std::string& other) {
  return name.size() > other.size() && name.starts_with(other) &&
         name.find_first_not_of("0123456789", other.size()) == std::string::npos;
}

void check_names(const std::vector<LevelConfig>& levels, const Scope& scope) {
  std::set<std::string> names{"site", "server"};
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const std::string& name = levels[i].name;
    const Scope here = scope.at(i).at("name");
    if (!is_node_name(name)) continue;
    if (!names.insert(name).second) here.problem("\"" + name + "\" is taken");
    else if (i > 0 && is_numbered(name, levels.front().name))
      here.problem("\"" + name + "\" is what a node of level \"" + levels.front().name + "\" is called");
  }
}

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

void LevelConfig::check(const Scope& scope) const {
  if (!is_node_name(name)) scope.at("name").problem("must be a word without a slash, of at most 60 bytes");
  if (protection && !rating) scope.at("rating_w").problem("missing: a protection device needs a rating");
}

void SiteConfig::check(const Scope& scope) const {
  const Scope here = scope.at("levels");
  check_names(levels, here);
  if (levels.size() > kMostLevels) return here.problem("are more than " + std::to_string(kMostLevels));
  std::size_t nodes = 0;
  for (const std::size_t count : nodes_by_level(*this)) nodes += count;
  if (nodes > kMostNodes) here.problem("make more than " + grouped(kMostNodes) + " nodes");
}

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

NodeId row_of(const Site& site, std::size_t server) {
  const PowerTree& tree = site.tree();
  const NodeId rack = *tree.parent(site.server(server));
  const auto row = tree.parent(rack);
  return row && tree.parent(*row) ? *row : rack;
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
