#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"
#include "table/failed_rows.hpp"
#include "table/time_style.hpp"
#include "table/time_window.hpp"
#include "trace/length_types.hpp"

namespace headroom {

enum class TraceFormat : std::uint8_t { azure_csv, mooncake_jsonl };
inline std::array<std::string_view, 2> words_of(TraceFormat) {
  return {"azure_csv", "mooncake_jsonl"};
}

enum class TraceArrivals : std::uint8_t { poisson, even };
inline std::array<std::string_view, 2> words_of(TraceArrivals) {
  return {"poisson", "even"};
}

/// Where copies of a trace begin.
enum class CopiesStart : std::uint8_t { shifted, spread, random };
inline std::array<std::string_view, 3> words_of(CopiesStart) {
  return {"shifted", "spread", "random"};
}

/// What is said about one class of a trace whose requests have types.
struct TraceClassConfig {
  double high_priority_share = 0.5;
  void fields(Fields& fields);
};

/// Which column of a trace is what, by its header or key; empty: the names that are known decide.
struct TraceColumnsConfig {
  std::string time;
  std::string input_tokens;
  std::string output_tokens;
  std::string type;
  std::string images;
  void fields(Fields& fields);
};

/// A trace from files, how they are read, and how it is scaled.
struct TraceConfig {
  std::string path;
  std::vector<std::string> paths;
  std::optional<TraceFormat> format;
  TraceColumnsConfig columns;
  std::optional<TimeStyle> time_unit;
  std::optional<FailedRows> failed_rows;
  Seconds late{1.0};
  WindowConfig window;
  std::optional<double> rate_per_s;
  TraceArrivals arrivals = TraceArrivals::poisson;
  std::optional<std::uint32_t> block_tokens;  ///< none: as the layout says
  std::optional<LengthTypesConfig> types;
  double copies = 1.0;
  CopiesStart copies_start = CopiesStart::shifted;
  Seconds shift{60.0};
  double time_stretch = 1.0;
  double high_priority_share = 0.5;
  std::map<std::string, TraceClassConfig> classes;
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

}  // namespace headroom
