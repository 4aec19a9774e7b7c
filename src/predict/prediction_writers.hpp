#pragma once

#include <string>

#include "config/json.hpp"

namespace headroom {

/// Rows of `headroom predict` (all with the same keys; null where a value does not apply) as text: a JSON array, in
/// which nulls are left out; CSV, in which they are empty; a table for people.
[[nodiscard]] std::string prediction_json(const Json& rows);
[[nodiscard]] std::string prediction_csv(const Json& rows);
[[nodiscard]] std::string prediction_table(const Json& rows);

}  // namespace headroom
