#pragma once

#include "facility/site.hpp"
#include "fleet/fleet.hpp"

namespace headroom {

/// What a node of the power tree is built for: its budget, else its rating, else what its servers are rated for.
[[nodiscard]] Power node_capacity(const SiteNode& node, const Fleet& fleet);

}  // namespace headroom
