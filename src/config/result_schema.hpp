#pragma once

#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// The JSON Schema (2020-12) of a result, as text. What has nothing in it may be absent.
std::string result_schema(const std::string& title, const Slot& result);

}  // namespace headroom
