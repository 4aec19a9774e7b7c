#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "headroom/fields.hpp"
#include "model/performance/step_table.hpp"

namespace headroom {

/// Where the times of steps come from: the roofline of model, GPU and stack; a table by batched tokens; or tables by
/// batch and context.
enum class StepTimesKind : std::uint8_t { roofline, table, keyed_table };
inline std::array<std::string_view, 3> words_of(StepTimesKind) {
  return {"roofline", "table", "keyed_table"};
}

/// How long steps last. See docs/step_tables.md for the layout of tables.
struct StepsConfig {
  StepTimesKind kind = StepTimesKind::roofline;
  std::string path;                         ///< of a table: by batched tokens
  std::string decode_path, prefill_path;    ///< of keyed tables: attention
  std::map<std::string, std::string> rows;  ///< column -> what stands in it in the rows to take; of a table
  double mixed_factor = 1.0;
  bool extend = false;
  double layers = 1.0;
  double several_factor = 1.0;
  std::map<std::string, double> column_factors;
  bool follows_clock = true;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Reads the files of a table. Throws InputError with file and line for whatever they cannot mean.
[[nodiscard]] std::unique_ptr<const StepTable> read_step_table(const StepsConfig& config);

}  // namespace headroom
