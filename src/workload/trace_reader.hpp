#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/quantity.hpp"
#include "table/input_file.hpp"
#include "table/utc_time.hpp"

namespace headroom {

enum class TraceFormat : std::uint8_t { azure_csv, mooncake_jsonl };
inline std::array<std::string_view, 2> words_of(TraceFormat) {
  return {"azure_csv", "mooncake_jsonl"};
}

/// More tokens than this in one request are taken for a mistake in the file.
inline constexpr std::uint32_t largest_token_count = 10'000'000;

/// Whether a request type would collide with a priority or with all requests, which stand beside the types in outputs
/// and latency targets.
[[nodiscard]] bool is_reserved_class_name(std::string_view name);

/// One row of a trace file.
struct TraceRow {
  Seconds time{};  ///< since the first row
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t type = 0;  ///< index into TraceReader::types()
};

/// Reads the rows of a trace file in order. Throws InputError for a bad row, unsorted rows and a trace without rows.
class TraceReader {
 public:
  virtual ~TraceReader() = default;

  /// The next row; false at the end.
  bool next(TraceRow& row);

  /// The request types met so far, in order of appearance; one nameless type where the file has no class column.
  [[nodiscard]] const std::vector<std::string>& types() const { return types_; }
  [[nodiscard]] bool typed() const { return typed_; }
  [[nodiscard]] const std::string& path() const { return file_.path(); }

 protected:
  explicit TraceReader(const std::string& path) : file_(path) {}

  /// Reads all but the relative time of a row; `time` has any fixed origin.
  virtual void parse(std::string_view line, TraceRow& row, WallTime& time) = 0;

  void set_typed();
  [[nodiscard]] std::uint32_t type_index(std::string_view name);
  [[nodiscard]] std::uint32_t token_count(std::string_view column, std::uint64_t value) const;
  [[noreturn]] void fail(const std::string& what) const;
  InputFile& file() { return file_; }

 private:
  InputFile file_;
  std::vector<std::string> types_{""};
  bool typed_ = false;
  std::uint32_t last_type_ = 0;
  std::optional<WallTime> first_;
  Seconds last_{};
};

/// Opens a trace; without a format the name decides: .csv or .jsonl, each with an optional .gz.
[[nodiscard]] std::unique_ptr<TraceReader> open_trace(const std::string& path, std::optional<TraceFormat> format);

}  // namespace headroom
