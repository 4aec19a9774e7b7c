#include <zlib.h>

#include <cerrno>
#include <utility>

#include "base/output_file.hpp"
#include "base/text.hpp"
#include "config/csv.hpp"
#include "config/finite_json.hpp"
#include "metrics/tidy_tables.hpp"

namespace headroom {
namespace {

class CsvTables final : public TableSink {
 public:
  explicit CsvTables(std::filesystem::path folder) : folder_(std::move(folder)) {}
  CsvTables(const CsvTables&) = delete;
  CsvTables& operator=(const CsvTables&) = delete;
  ~CsvTables() override {
    if (file_ != nullptr) gzclose_w(file_);
  }

  void begin(std::string_view name, std::span<const TidyColumn> columns) override {
    path_ = folder_ / (std::string(name) + ".csv.gz");
    file_ = gzopen(path_.c_str(), "wb6e");
    if (file_ == nullptr) fail();
    for (std::size_t i = 0; i < columns.size(); ++i) text_ += (i > 0 ? "," : "") + std::string(columns[i].name);
    text_ += '\n';
  }

  void row(std::span<const TidyCell> cells) override {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text_ += ',';
      if (const auto* number = std::get_if<double>(&cells[i])) {
        expect_finite(*number, path_.filename().string());
        text_ += shortest(*number);
      } else if (const auto* text = std::get_if<std::string_view>(&cells[i])) text_ += csv_field(*text);
    }
    text_ += '\n';
    if (text_.size() > kPartBytes) flush();
  }

  void end() override {
    flush();
    if (gzclose_w(std::exchange(file_, nullptr)) != Z_OK) fail();
  }

 private:
  static constexpr std::size_t kPartBytes = std::size_t{1} << 16;

  void flush() {
    if (!text_.empty() && gzwrite(file_, text_.data(), static_cast<unsigned>(text_.size())) == 0) fail();
    text_.clear();
  }
  [[noreturn]] void fail() const { throw WriteError(path_, errno); }

  std::filesystem::path folder_;
  std::filesystem::path path_;  ///< of the table in the making
  gzFile file_ = nullptr;
  std::string text_;  ///< that the file does not have yet
};

}  // namespace

std::unique_ptr<TableSink> csv_tables(const std::filesystem::path& folder) {
  return std::make_unique<CsvTables>(folder);
}

}  // namespace headroom
