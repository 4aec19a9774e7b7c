#pragma once

#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// The JSON Schema (2020-12) of a configuration struct, as text.
std::string json_schema(const std::string& title, const Slot& root);

/// A value as the reference explains it.
struct ReferenceRow {
  std::string pointer;  ///< `N` stands for an index, `NAME` for a free key
  std::string chosen;   ///< where it is a `kind`: the one that this row is about
  std::string of_kind;  ///< the kind of the object that it stands in; empty where that has none
  std::string type;
  std::string range;
  std::string value;  ///< its default, or `required`; empty: absent
  std::string meaning;
};

/// Every value of a configuration struct, each followed by what it holds.
std::vector<ReferenceRow> reference_rows(const Slot& root);

}  // namespace headroom
