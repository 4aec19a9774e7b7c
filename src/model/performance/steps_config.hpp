#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"
#include "model/performance/point_times.hpp"
#include "model/performance/step_table.hpp"
#include "model/performance/unit_times.hpp"

namespace headroom {

/// Where the times of steps come from: the roofline of model, GPU and stack; a table by batched tokens; tables by batch
/// and context; a table by units of work that is no LLM call; or operating points of a model that is known by them
/// alone.
enum class StepTimesKind : std::uint8_t { roofline, table, keyed_table, units, points };
inline std::array<std::string_view, 5> words_of(StepTimesKind) {
  return {"roofline", "table", "keyed_table", "units", "points"};
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
  std::vector<UnitTime> units;    ///< of the kind units, where they stand in no file
  std::vector<PointTime> points;  ///< of the kind points

  [[nodiscard]] bool by_units() const { return kind == StepTimesKind::units; }
  [[nodiscard]] bool by_points() const { return kind == StepTimesKind::points; }
  /// Whether model, GPU and stack have a say in them.
  [[nodiscard]] bool has_model() const { return !by_units() && !by_points(); }
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Reads the files of a table. Throws InputError with file and line for whatever they cannot mean.
[[nodiscard]] std::unique_ptr<const StepTable> read_step_table(const StepsConfig& config);
/// Likewise the times of units, from the configuration or its file.
[[nodiscard]] std::vector<UnitTime> read_unit_times(const StepsConfig& config);

}  // namespace headroom
