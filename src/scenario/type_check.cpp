#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "headroom/placement.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

/// Notes nodes that the site does not have, and servers that have two types.
class TypePlaces {
 public:
  explicit TypePlaces(const Scenario& scenario) : site_(scenario.site) {
    for (std::size_t i = 0; i < site_.tree().size(); ++i) paths_.push_back(site_.tree().path(NodeId(i)));
  }

  void place(const std::string& type, const std::string& node, const Scope& scope) {
    if (std::ranges::find(paths_, node) == paths_.end())
      return scope.problem("the site has no node \"" + node + "\"" + did_you_mean(node, paths_));
    for (std::size_t i = 0; i < site_.servers(); ++i) {
      const std::string& server = site_.tree().path(site_.server(i));
      if (!is_at_or_under(server, node)) continue;
      const auto [taken, is_new] = type_of_.emplace(server, type);
      if (!is_new) return scope.problem(server + " is of type \"" + taken->second + "\" already");
    }
  }

 private:
  Site site_;
  std::vector<std::string> paths_;
  std::map<std::string, std::string> type_of_;
};

}  // namespace

void check_types(const Scenario& scenario, const Scope& root) {
  if (scenario.server_types.empty()) return;
  TypePlaces places(scenario);
  for (const auto& [name, type] : scenario.server_types) {
    const Scope here = root.at("server_types").at(name).at("nodes");
    if (type.nodes.empty()) here.problem("must name a node");
    for (std::size_t i = 0; i < type.nodes.size(); ++i) places.place(name, type.nodes[i], here.at(i));
  }
}

}  // namespace headroom
