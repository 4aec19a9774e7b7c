#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/table_reader.hpp"

namespace headroom {

/// Whether a request type would collide with a priority or with all requests, which stand beside the types in outputs
/// and latency targets.
[[nodiscard]] bool is_reserved_class_name(std::string_view name);

/// The types of request that a trace has met, in order of appearance. Names become what outputs can hold: every
/// character but letters, digits, `_`, `.` and `-` is `_` there (`API log`: `API_log`).
class TraceTypes {
 public:
  /// The index of a type; a name that cannot be one refuses the row of the table.
  [[nodiscard]] std::uint32_t index_of(std::string_view written, const TableReader& table);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::uint32_t add(std::string_view written, const TableReader& table);
  std::vector<std::string> written_;
  std::vector<std::string> names_;
  std::uint32_t last_ = 0;
};

}  // namespace headroom
