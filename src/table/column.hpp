#pragma once

#include <span>
#include <string>
#include <string_view>

namespace headroom {

/// A column of a table by what its header says.
struct Column {
  std::string name;  ///< as it stands in the header, without blanks around it
  std::string key;   ///< to compare: lower case, without its unit, words joined by `_`
  std::string unit;  ///< `W` of `power.draw [W]`, `UTC` of `Datetime (UTC)`, `ms` of `time_ms`; as written
};

[[nodiscard]] Column column_of(std::string_view header);

/// One field of a reader: what it is called in messages, and the names that its column has in the files that are known,
/// written as they stand there. A name matches whatever its case, separators of words and unit.
struct ColumnNames {
  std::string_view field;
  std::span<const std::string_view> names;
};

}  // namespace headroom
