#pragma once

#include <string>

#include "config/json.hpp"

namespace headroom {

/// Rows of several kinds in one list, each an object that says in `part` which kind it is of: as a JSON list, as CSV
/// with all keys, in order of their first appearance, as columns, and as a table a kind for people.
[[nodiscard]] std::string parts_json(const Json& rows);
[[nodiscard]] std::string parts_csv(const Json& rows);
[[nodiscard]] std::string parts_table(const Json& rows);

}  // namespace headroom
