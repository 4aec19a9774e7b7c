#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "table/column.hpp"
#include "table/input_file.hpp"

namespace headroom {

/// What a reader knows of a table beforehand.
struct TableFormat {
  std::string subject = "table";      ///< in messages: `the table is empty`
  char delimiter = '\0';              ///< 0: the header tells it; a blank: cells are words
  char comment = '\0';                ///< lines that begin so are passed over
  std::vector<std::string> header{};  ///< the columns of a file without a header
  std::string columns_pointer{};  ///< of the setting that says which column is which, named where a message can help
  std::string list_key{};         ///< where a JSON object has a list under this key, its lists are the columns
};

/// The rows of a file under named columns, however the file writes them.
class Rows {
 public:
  Rows(std::unique_ptr<InputFile> file, TableFormat format) : file_(std::move(file)), format_(std::move(format)) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  virtual ~Rows() = default;

  /// Reads the cells of the next row; false at the end.
  virtual bool next() = 0;
  /// Number of the line on which the row begins that was read last.
  [[nodiscard]] virtual std::uint64_t line() const = 0;
  /// `path:line` of it, for messages.
  [[nodiscard]] virtual std::string where() const { return file_->path() + ':' + std::to_string(line()); }

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  /// By column; without data where a JSON row lacks the key.
  [[nodiscard]] const std::vector<std::string_view>& cells() const { return *cells_; }
  [[nodiscard]] const InputFile& file() const { return *file_; }
  [[nodiscard]] const TableFormat& format() const { return format_; }
  [[noreturn]] void fail(const std::string& what) const { throw InputError(where(), what); }

 protected:
  std::unique_ptr<InputFile> file_;
  TableFormat format_;
  std::vector<Column> columns_;
  const std::vector<std::string_view>* cells_ = nullptr;
};

[[nodiscard]] std::unique_ptr<Rows> csv_rows(std::unique_ptr<InputFile> file, TableFormat format);
[[nodiscard]] std::unique_ptr<Rows> json_rows(std::unique_ptr<InputFile> file, TableFormat format);

}  // namespace headroom
