#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// The value at a JSON pointer; nullptr where there is none. Results of other versions may lack what this one writes.
[[nodiscard]] const Json* found(const Json& json, const std::string& pointer);

/// The number there; nothing where there is none, or something else.
[[nodiscard]] std::optional<double> number_at(const Json& json, const std::string& pointer);
/// The number there, or 0: a count of nothing.
[[nodiscard]] double count_at(const Json& json, const std::string& pointer);
/// The text there, or an empty one.
[[nodiscard]] std::string text_at(const Json& json, const std::string& pointer);
/// The object or list there, or an empty object.
[[nodiscard]] const Json& part_at(const Json& json, const std::string& pointer);
/// All numbers of a list; an InputError at `where` for what is none.
[[nodiscard]] std::vector<double> numbers_of(const Json& list, const std::string& where);

}  // namespace headroom
