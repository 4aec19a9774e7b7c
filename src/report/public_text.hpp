#pragma once

#include <set>
#include <string>
#include <string_view>

#include "config/json.hpp"

namespace headroom {

/// Text without the folders of absolute paths, which tell of a user and a machine: `/home/jane/rows.csv` becomes
/// `rows.csv`. What begins with `/` and one of the `steps` is a JSON pointer and stays.
[[nodiscard]] std::string without_folders(std::string_view text, const std::set<std::string>& steps);

/// Does that to all texts within, but for those called `data`, which are packed.
void remove_folders(Json& json, const std::set<std::string>& steps);

}  // namespace headroom
