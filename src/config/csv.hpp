#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// A value as people read it: text without quotes, numbers in the fewest digits that read back the same.
std::string text_of(const Json& value);

/// Text as a cell of CSV: quoted as in RFC 4180 where it must be.
std::string csv_field(std::string_view text);

/// A header of the columns and a line for each row, an object; what a row lacks is empty. Quoted as in RFC 4180.
std::string csv_table(const std::vector<std::string>& columns, const Json& rows);
/// The same under other names.
std::string csv_table(const std::vector<std::string>& columns, const std::vector<std::string>& names, const Json& rows);

}  // namespace headroom
