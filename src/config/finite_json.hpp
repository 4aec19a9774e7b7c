#pragma once

#include <string>

#include "config/json.hpp"

namespace headroom {

/// JSON as text, for a file of results. `where` names the value in a message: file and pointer. Throws InputError where
/// a number within is not finite, which JSON cannot hold: the input was out of proportion, and no result is right then.
[[nodiscard]] std::string finite_text(const Json& json, const std::string& where, int indent = -1);

/// Throws the same for one number that is written by itself.
void expect_finite(double number, const std::string& where);

}  // namespace headroom
