#include <algorithm>
#include <utility>

#include "base/problem.hpp"
#include "table/cells.hpp"
#include "table/rows.hpp"

namespace headroom {
namespace {

bool is_blank_line(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

/// Rows between delimiters, below a header.
class CsvRows : public Rows {
 public:
  CsvRows(std::unique_ptr<InputFile> file, TableFormat format) : Rows(std::move(file), std::move(format)) {
    cells_ = &split_.list;
    if (!format_.header.empty()) {
      for (const std::string& name : format_.header) columns_.push_back(column_of(name));
      return;
    }
    std::string_view line;
    if (!next_line(line)) throw InputError(file_->path(), "the " + format_.subject + " is empty");
    if (line.size() == 5 && line.starts_with("sep=")) {  // a line for spreadsheets
      format_.delimiter = line[4];
      next_line(line);
    }
    if (format_.delimiter == '\0') format_.delimiter = delimiter_of(line);
    split(line);
    for (const std::string_view name : split_.list) columns_.push_back(column_of(name));
  }

  bool next() override {
    std::string_view line;
    do {
      if (!next_line(line)) return false;
      split(line);
    } while (repeats_header());
    if (split_.list.size() != columns_.size())
      fail("the row has " + std::to_string(split_.list.size()) + " columns instead of " +
           std::to_string(columns_.size()));
    return true;
  }
  [[nodiscard]] std::uint64_t line() const override { return line_; }

 private:
  bool next_line(std::string_view& line) {
    do {
      if (!file_->next(line)) return false;
    } while (line.empty() || line.front() == format_.comment || is_blank_line(line));
    line_ = file_->line();
    return true;
  }
  void split(std::string_view line) {
    Split end = split_cells(line, format_.delimiter, split_);
    while (end == Split::open_quote && file_->extend(line)) end = split_cells(line, format_.delimiter, split_);
    if (end == Split::open_quote) fail("a quote is not closed");
    if (end == Split::text_behind_quote) fail("there is text behind a closing quote");
  }
  /// Loggers that start again write it again, as do files put behind each other.
  [[nodiscard]] bool repeats_header() const {
    return !split_.list.empty() && split_.list[0] == columns_[0].name &&
           std::ranges::equal(split_.list, columns_, {}, {}, &Column::name) && format_.header.empty();
  }

  Cells split_;
  std::uint64_t line_ = 0;
};

}  // namespace

std::unique_ptr<Rows> csv_rows(std::unique_ptr<InputFile> file, TableFormat format) {
  return std::make_unique<CsvRows>(std::move(file), std::move(format));
}

}  // namespace headroom
