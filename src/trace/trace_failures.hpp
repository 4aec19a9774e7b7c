#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "table/table_reader.hpp"

namespace headroom {

/// How a column says that a request failed: by an error or a flag that is set, a success that is not, or a status.
enum class FailureMark : std::uint8_t { set, unset, status };

struct FailureColumn {
  std::size_t column = 0;
  FailureMark mark = FailureMark::set;
};

/// The columns of a trace that say whether a request failed. JSON rows may bring them late, with the first failure.
class FailureColumns {
 public:
  /// Takes up the columns that came since the last call, but for that of the class.
  void look(TableReader& table, std::optional<std::size_t> type);

  [[nodiscard]] const std::vector<FailureColumn>& list() const { return list_; }
  /// Whether one of them says so of the row.
  [[nodiscard]] bool mark_row(const TableReader& table) const;

 private:
  std::vector<FailureColumn> list_;
  std::size_t seen_ = 0;  ///< columns that have been looked at
};

}  // namespace headroom
