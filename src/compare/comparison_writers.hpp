#pragma once

#include <string>

#include "compare/comparison.hpp"

namespace headroom {

/// A comparison of two results as text: a table for people that ends in one sentence, Markdown for a comment on a pull
/// request (of many moves only the first), and JSON.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] std::string comparison_markdown(const Comparison& comparison, const ResultTable& base,
                                              const ResultTable& now);
[[nodiscard]] std::string comparison_json(const Comparison& comparison, const ResultTable& base,
                                          const ResultTable& now);

}  // namespace headroom
