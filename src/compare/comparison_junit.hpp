#pragma once

#include <filesystem>
#include <string>

#include "compare/comparison.hpp"

namespace headroom {

/// A comparison as JUnit's XML, which CI systems show as tests: one for each part of a run's summary, or each point of
/// a sweep, and one for the columns of a sweep. A test failed where something in it moved.
[[nodiscard]] std::string comparison_junit(const Comparison& comparison, const ResultTable& base,
                                           const ResultTable& now);

/// Writes it; an InputError where another file than such a one has the name.
void write_junit(const std::filesystem::path& file, const std::string& text);

}  // namespace headroom
