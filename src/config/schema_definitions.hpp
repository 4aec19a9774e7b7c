#pragma once

#include "config/json.hpp"

namespace headroom {

/// The same JSON Schema with its choices, and the objects that occur more than once, below `$defs`: named after the key
/// under which they first appear, and named by `$ref` at each place, beside the description and the default of the
/// place.
Json with_definitions(const Json& schema);

}  // namespace headroom
