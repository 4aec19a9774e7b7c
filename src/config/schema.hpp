#pragma once

#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// The JSON Schema (2020-12) of a configuration struct, as text.
std::string json_schema(const std::string& title, const Slot& root);

/// The reference page of a configuration struct in Markdown: one row a value with its type, range, default and meaning.
std::string reference_page(const std::string& title, const Slot& root);

}  // namespace headroom
