#pragma once

#include <string>

#include "compare/comparison.hpp"

namespace headroom {

/// What matters most in one line: `polca_row: brakes 0 -> 3, low e2e_s p99 +4 %`.
[[nodiscard]] std::string comparison_headline(const Comparison& comparison, const ResultTable& now);

/// A comparison of two results as text: a table for people that ends in one sentence, Markdown for a comment on a pull
/// request (the headline, and folded under it the moves, of many only the first), and JSON.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] std::string comparison_markdown(const Comparison& comparison, const ResultTable& base,
                                              const ResultTable& now);
[[nodiscard]] std::string comparison_json(const Comparison& comparison, const ResultTable& base,
                                          const ResultTable& now);

/// The headline as a workflow command of GitHub, which shows it at the job: an error where something moved.
[[nodiscard]] std::string comparison_annotation(const Comparison& comparison, const ResultTable& now);

}  // namespace headroom
