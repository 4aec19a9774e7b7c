#pragma once

#include <string>
#include <vector>

namespace headroom {

/// How the columns of sweep.csv are called.
enum class HeaderStyle { pointers, brief };
/// Where the pointers of brief names stand, beside sweep.csv.
constexpr const char* kDictionary = "columns.csv";

/// For each JSON pointer a name of letters, digits and `_`: as few of its last steps as tell it from all others, so
/// that `/throttle/brakes` is `brakes`. None is one of `taken`.
[[nodiscard]] std::vector<std::string> brief_names(const std::vector<std::string>& pointers,
                                                   const std::vector<std::string>& taken);

}  // namespace headroom
