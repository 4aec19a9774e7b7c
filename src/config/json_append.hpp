#pragma once

#include <string>
#include <utility>

#include "config/json.hpp"

namespace headroom {

/// Adds a key that an object does not have yet. `operator[]` looks through all the others first, which takes quadratic
/// time for the nodes of a large site or the jobs of a long trace.
inline void append(Json& object, const std::string& key, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(key, std::move(value));
}

}  // namespace headroom
