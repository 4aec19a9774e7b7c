#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// What a page is to be made of: paths as they are given.
struct PageSources {
  std::string output;              ///< of a run or a sweep
  std::vector<std::string> bases;  ///< of runs
  std::string sweep;               ///< empty: none
};

/// The facts of a page. An InputError lists all of the sources that cannot be read.
[[nodiscard]] Json page_facts(const PageSources& sources);

/// A page: the template with the facts in the place that it keeps for them, as JSON in which every `<` is `\u003c`, so
/// that no name ends the element that holds it.
[[nodiscard]] std::string page_of(const std::string& page_template, const Json& facts);

/// The template that belongs to this program: beside it, as it is built, or in ../share/headroom, where it is
/// installed; nothing where the program was built without.
[[nodiscard]] std::optional<std::string> page_template();

}  // namespace headroom
