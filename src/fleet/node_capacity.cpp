#include "fleet/node_capacity.hpp"

namespace headroom {

Power node_capacity(const SiteNode& node, const Fleet& fleet) {
  if (node.level && node.level->budget) return *node.level->budget;
  if (node.level && node.level->rating) return *node.level->rating;
  Power rated;
  for (std::size_t i = node.first_server; i < node.first_server + node.servers; ++i)
    rated += fleet.hardware_of(ServerId(i)).server.rated;
  return rated;
}

}  // namespace headroom
