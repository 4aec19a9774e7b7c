#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facility/power_tree.hpp"
#include "facility/protection.hpp"
#include "facility/server_power.hpp"
#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"

namespace headroom {

/// One level of the power tree, e.g. UPS, PDU, row or rack; all its nodes are alike.
struct LevelConfig {
  std::string name;
  std::uint32_t holds = 0;  ///< nodes of the next level (servers, at the lowest) in each; 0: all of them
  std::optional<Power> rating;
  std::optional<Power> budget;
  LossModel loss;
  std::optional<ProtectionSpec> protection;

  void fields(Fields& f) {
    f.required("name", name, "what its nodes are called: row gives row0, row1, ...");
    f("holds", holds, "nodes of the next level (servers, at the lowest) in each node; 0: all of them",
      Range::between(0, 1e6));
    f("rating_w", rating, "what each node is built for; protection trips above it", Range::power_limit());
    f("budget_w", budget, "what each node may draw; controllers act on it", Range::power_limit());
    f("loss", loss, "what each node loses");
    f("protection", protection, "breaker or UPS of each node");
  }
  void check(const Scope& scope) const;
};

/// The power tree of a site, levels from the top down to the one that holds the servers.
struct SiteConfig {
  std::string name = "site";
  std::uint32_t servers = 1;
  std::vector<LevelConfig> levels;

  void fields(Fields& f) {
    f("name", name, "what the site is called");
    f("servers", servers, "number of servers", Range::between(1, 1e6));
    f("levels", levels, "levels of the power tree from the top down; the site itself stands above them");
  }
  void check(const Scope& scope) const;
};

/// How many nodes each level of the site has, at most: where `holds` leave a rest, a few fewer.
[[nodiscard]] std::vector<std::size_t> nodes_by_level(const SiteConfig& config);

/// A node of the built tree and what its level says of it.
struct SiteNode {
  NodeId id;
  const LevelConfig* level = nullptr;  ///< none for the site
  std::size_t first_server = 0;        ///< of those under it, which follow each other
  std::size_t servers = 0;
};

/// A built site: the root is called `site`, its levels `row0`, `row0/rack0`, ..., its servers `row0/rack0/server0`.
class Site {
 public:
  explicit Site(const SiteConfig& config);

  [[nodiscard]] PowerTree& tree() { return tree_; }
  [[nodiscard]] const PowerTree& tree() const { return tree_; }
  /// The site, then all nodes above the servers.
  [[nodiscard]] const std::vector<SiteNode>& nodes() const { return nodes_; }
  [[nodiscard]] NodeId server(std::size_t index) const { return servers_[index]; }
  [[nodiscard]] std::size_t servers() const { return servers_.size(); }
  [[nodiscard]] const SiteConfig& config() const { return config_; }

 private:
  void build(NodeId parent, const std::string& prefix, std::size_t level, std::size_t servers);

  const SiteConfig config_;
  PowerTree tree_;
  std::vector<SiteNode> nodes_;
  std::vector<NodeId> servers_;
};

/// The row of a server: the node above its rack, or the rack where the site has no rows.
[[nodiscard]] NodeId row_of(const Site& site, std::size_t server);

}  // namespace headroom
