#pragma once

#include "config/json.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// A result as JSON, each number in the unit its name ends in. A value that is absent is left out; so is what has
/// nothing in it, where that is not required.
Json result_json(const Slot& result);

}  // namespace headroom
