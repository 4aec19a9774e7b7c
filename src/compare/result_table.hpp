#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "config/json.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// What a summary says about how a run was executed and by which program, and not about its result. `/host` is in
/// those of 0.1.0.
inline constexpr std::array kLeftAside = {"/host", "/version", "/fingerprint"};

/// A value of a result by its JSON pointer: in the summary of a run, or the name of its column in a sweep.
struct ResultValue {
  std::string pointer;
  Json value;
};

struct ResultRow {
  std::string point;  ///< its name in a sweep, empty of a run
  std::string key;    ///< its values on the axes
  std::vector<ResultValue> values;
};

/// The values of a run (one row) or of a sweep (a row for each point) that a comparison looks at, in the order of the
/// file.
struct ResultTable {
  enum class Kind { run, sweep };

  Kind kind = Kind::run;
  std::string path;  ///< as it was given
  std::string file;
  std::string name;  ///< of the scenario or study
  std::string version;
  std::vector<std::string> axes;  ///< sorted
  std::vector<ResultRow> rows;
};

constexpr std::array<std::string_view, 2> words_of(ResultTable::Kind) {
  return {"run", "sweep"};
}

/// Reads an output directory of a run or a sweep, or its summary.json or sweep.json.
[[nodiscard]] ResultTable read_result(const std::string& path);

}  // namespace headroom
