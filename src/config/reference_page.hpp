#pragma once

#include <map>
#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// The reference page of a configuration struct in Markdown: a section for each part of it, with a row a value that
/// says its type, range, default and meaning. What a part shares with one before is there alone, and linked. `pages`
/// are those that explain a part, by its pointer.
std::string reference_page(const std::string& title, const Slot& root, const std::map<std::string, std::string>& pages);

}  // namespace headroom
