#pragma once

#include <optional>
#include <string>

#include "headroom/actions.hpp"
#include "headroom/fleet.hpp"
#include "headroom/reach.hpp"

namespace headroom {

/// What of a sound action lies outside the scope of its controller, as a rule that it breaks; none where nothing does.
[[nodiscard]] std::optional<std::string> out_of_reach(const Action& action, const Reach& reach, const FleetView& fleet);

}  // namespace headroom
