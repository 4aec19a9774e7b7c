#include <sqlite3.h>

#include <stdexcept>
#include <string>

#include "metrics/tidy_tables.hpp"

namespace headroom {
namespace {

/// One transaction: what does not end is not there.
class SqliteTables final : public TableSink {
 public:
  explicit SqliteTables(const std::filesystem::path& file) : file_(file) {
    expect(sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr));
    run("PRAGMA journal_mode=OFF");  // the file is new: where it fails it goes away
    run("PRAGMA synchronous=OFF");
  }
  SqliteTables(const SqliteTables&) = delete;
  SqliteTables& operator=(const SqliteTables&) = delete;
  ~SqliteTables() override {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }

  void begin(std::string_view name, std::span<const TidyColumn> columns) override {
    std::string made, places;
    for (const TidyColumn& column : columns) {
      const char* separator = made.empty() ? "" : ", ";
      made += separator + ("\"" + std::string(column.name)) + (column.is_text ? "\" TEXT" : "\" REAL");
      places += std::string(separator) + "?";
    }
    run("CREATE TABLE \"" + std::string(name) + "\" (" + made + ")");
    run("BEGIN");
    const std::string insert = "INSERT INTO \"" + std::string(name) + "\" VALUES (" + places + ")";
    expect(sqlite3_prepare_v2(database_, insert.c_str(), -1, &insert_, nullptr));
  }

  void row(std::span<const TidyCell> cells) override {
    for (std::size_t i = 0; i < cells.size(); ++i) bind(static_cast<int>(i) + 1, cells[i]);
    expect(sqlite3_step(insert_));
    expect(sqlite3_reset(insert_));
  }

  void end() override {
    expect(sqlite3_finalize(insert_));
    insert_ = nullptr;
    run("COMMIT");
  }

 private:
  void bind(int place, const TidyCell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) expect(sqlite3_bind_double(insert_, place, *number));
    else if (const auto* text = std::get_if<std::string_view>(&cell))
      expect(sqlite3_bind_text(insert_, place, text->data(), static_cast<int>(text->size()), SQLITE_STATIC));
    else expect(sqlite3_bind_null(insert_, place));
  }
  void run(const std::string& statement) {
    expect(sqlite3_exec(database_, statement.c_str(), nullptr, nullptr, nullptr));
  }
  void expect(int result) const {
    if (result != SQLITE_OK && result != SQLITE_DONE)
      throw std::runtime_error(file_.string() + ": cannot be written: " + sqlite3_errmsg(database_));
  }

  std::filesystem::path file_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

}  // namespace

std::unique_ptr<TableSink> sqlite_tables(const std::filesystem::path& file) {
  return std::make_unique<SqliteTables>(file);
}

}  // namespace headroom
