#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "metrics/report.hpp"

namespace headroom {

/// A value of a table: nothing, a number or text.
using TidyCell = std::variant<std::monostate, double, std::string_view>;

struct TidyColumn {
  std::string_view name;  ///< ends in its unit where it has one
  bool is_text = false;
};

/// Takes tables, one after the other, row by row.
class TableSink {
 public:
  virtual ~TableSink() = default;
  virtual void begin(std::string_view name, std::span<const TidyColumn> columns) = 0;
  virtual void row(std::span<const TidyCell> cells) = 0;
  /// Of a table.
  virtual void end() = 0;
};

/// Writes a result as tables with one observation a row (docs/tables.md): summary, power, latency, events; of a run
/// that serves requests also pools, classes, instances.
void write_tables(const Report& report, TableSink& sink);

/// Each table into `NAME.csv.gz` of a folder.
[[nodiscard]] std::unique_ptr<TableSink> csv_tables(const std::filesystem::path& folder);
/// All tables into a new SQLite database.
[[nodiscard]] std::unique_ptr<TableSink> sqlite_tables(const std::filesystem::path& file);

}  // namespace headroom
