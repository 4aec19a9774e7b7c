#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// Values by JSON pointer, in order of the file.
using PointerValues = std::vector<std::pair<std::string, JsonText>>;

/// For an axis by its key, the values of axes before it at which it applies.
using AxisConditions = std::map<std::string, std::map<std::string, std::vector<JsonText>>>;

/// A study file: which points a sweep has, and what its table shows of each (docs/studies.md).
struct Study {
  std::string name;
  std::string description;
  std::string scenario;  ///< a name, or a path relative to the study
  PointerValues set;
  PointerValues axes;
  std::vector<std::vector<std::string>> linked;
  AxisConditions only_where;
  std::vector<std::string> metrics;
  std::vector<std::string> impacts;
  std::map<std::string, JsonText> reference;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// A study that was read from its file, and where that is.
struct LoadedStudy {
  Study study;
  std::string file;
  std::filesystem::path folder;
};

/// Whether a JSON pointer is another one, or leads to a value within that one's.
[[nodiscard]] bool is_at_or_below(std::string_view pointer, std::string_view other);

/// The JSON pointers that an axis of this key puts values at, each once; of a malformed one those that there are.
[[nodiscard]] std::vector<std::string> put_by(const std::string& key, const JsonText& axis);

/// Reads a study: the name of a file in the configuration folder `study`, or a path. An InputError lists every problem.
LoadedStudy load_study(const std::string& name, const ConfigFolders& folders);

}  // namespace headroom
