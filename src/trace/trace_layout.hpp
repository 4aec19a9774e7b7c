#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "table/table_reader.hpp"
#include "trace/trace_config.hpp"
#include "trace/trace_failures.hpp"

namespace headroom {

/// Tokens of a block of Mooncake's traces.
inline constexpr std::uint32_t mooncake_block_tokens = 512;

/// A layout of traces that is known, told by the columns of lengths.
struct TraceLayout {
  std::string_view name;
  std::string_view input;  ///< empty: of no layout that is known
  std::string_view output;
  std::string_view also;                        ///< one more column; empty: none
  bool marks_failures = false;                  ///< a request without tokens, or with an error, is one that failed
  std::optional<TimeStyle> numbers;             ///< what its times count where they are numbers
  std::uint32_t block_tokens = 0;               ///< of the blocks that its `hash_ids` name; 0: none, or not known
  std::span<const std::string_view> ignored{};  ///< columns that say nothing about a request, or nothing that is used
};

/// Where the columns of a trace stand, and how its times are written.
struct TraceColumns {
  const TraceLayout* layout = nullptr;
  std::optional<std::size_t> time;  ///< none: the file has lengths only
  std::size_t input = 0;
  std::size_t output = 0;
  std::optional<std::size_t> type;
  std::optional<std::size_t> images;  ///< how many the request brings
  std::optional<std::size_t> queue;   ///< seconds between the arrival and the time
  FailureColumns failures;
  std::optional<std::size_t> prefix;  ///< a list of ids of the blocks of the prompt
  TimeStyle style = TimeStyle::date;
  bool assumes_ms = false;        ///< nothing but the names of JSON keys says that times are milliseconds
  bool style_is_guessed = false;  ///< and they are not those of a known trace alone
};

/// Finds the columns by what the settings or the known names say. Throws InputError, with what would help.
[[nodiscard]] TraceColumns trace_columns(TableReader& table, const TraceConfig& config);

/// The column of the class. In JSON rows it may be one that the first row lacks.
[[nodiscard]] std::optional<std::size_t> class_column(TableReader& table, const TraceConfig& config);

/// How times are written whose first is this one. Sets style and style_is_guessed.
void find_time_style(TraceColumns& columns, const TableReader& table, const TraceConfig& config,
                     std::string_view first);

/// Columns that were not used and that the layout does not explain.
[[nodiscard]] std::vector<std::string> unknown_columns(const TableReader& table, const TraceLayout& layout);

}  // namespace headroom
