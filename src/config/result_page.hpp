#pragma once

#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// The page of a result in Markdown: one row a value with its type and its meaning.
std::string result_page(const std::string& title, const Slot& result);

}  // namespace headroom
