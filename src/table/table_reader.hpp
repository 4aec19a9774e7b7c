#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/rows.hpp"
#include "table/time_style.hpp"

namespace headroom {

/// Reads a table by the names of its columns, whatever writes it: delimiters , ; tab or |, quotes as in RFC 4180,
/// blanks around cells, a byte order mark, CRLF, or JSON rows by key (one object a line, a list of objects, an object
/// of lists), plain, gzip or zstd. Rows stream: one is held at a time, and reading one allocates nothing in the long
/// run. Throws InputError with the line for whatever is not a table of equally long rows.
///
///     TableReader table(path, {.subject = "job trace"});
///     const std::size_t gpus = table.need({"gpus", gpu_names});
///     while (table.next()) use(table.whole(gpus));
class TableReader {
 public:
  explicit TableReader(std::string path, TableFormat format = {});

  [[nodiscard]] const std::vector<Column>& columns() const { return rows_->columns(); }
  /// The column with one of these names. Refuses two of them: the user has to say which.
  [[nodiscard]] std::optional<std::size_t> find(const ColumnNames& names);
  /// The same, refusing a table without it.
  [[nodiscard]] std::size_t need(const ColumnNames& names);
  /// The column that the user calls so, by its whole header or as names are compared; refuses a table without it.
  [[nodiscard]] std::size_t named(std::string_view header);
  /// The column, which counts as asked for from now on.
  std::size_t use(std::size_t column);
  /// Names of the columns that nobody asked for, among those met so far; a nameless one by its place.
  [[nodiscard]] std::vector<std::string> unused() const;

  /// Goes to the next row; false at the end.
  bool next();

  /// What stands in a column of the row, valid until the next one: without quotes, text of JSON with its escapes, its
  /// null empty, its lists as written.
  [[nodiscard]] std::string_view cell(std::size_t column) const {
    if (!has(column)) fail("the key \"" + columns()[column].name + "\" is missing");
    return rows_->cells()[column];
  }
  /// Whether the row has that column; only JSON rows may lack one.
  [[nodiscard]] bool has(std::size_t column) const { return rows_->cells()[column].data() != nullptr; }
  /// A finite number.
  [[nodiscard]] double number(std::size_t column) const;
  /// A whole number of at least 0, also as `100.0`; above 2^64 - 1 that.
  [[nodiscard]] std::uint64_t whole(std::size_t column) const;
  /// Refuses a date with a zone among dates without: what those count from is not known.
  [[nodiscard]] WallTime time(std::size_t column, TimeStyle style);
  /// Whether zones stand behind the dates read so far; none: there was no date.
  [[nodiscard]] std::optional<bool> has_zones() const { return has_zones_; }

  [[nodiscard]] const std::string& path() const { return rows_->file().path(); }
  [[nodiscard]] Compression compression() const { return rows_->file().compression(); }
  [[nodiscard]] bool is_json() const { return rows_->file().is_json(); }
  /// Number of the line on which the row begins, from 1, and `path:line`.
  [[nodiscard]] std::uint64_t line() const { return rows_->line(); }
  [[nodiscard]] std::string where() const { return rows_->where(); }
  /// Refuses the row.
  [[noreturn]] void fail(const std::string& what) const { rows_->fail(what); }

 private:
  [[nodiscard]] std::vector<std::string> names() const;
  void check_zone();

  std::unique_ptr<Rows> rows_;
  std::vector<bool> used_;  ///< by column
  std::uint64_t count_ = 0;
  LastDate date_;
  std::optional<bool> has_zones_;
};

/// Text of a file in quotes for a message, cut where it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace headroom
