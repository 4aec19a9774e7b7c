#pragma once

#include <string>
#include <vector>

#include "config/result_page.hpp"

namespace headroom {

/// Every value that summary.json may hold.
[[nodiscard]] std::vector<ResultField> summary_rows();

/// Its JSON Schema.
[[nodiscard]] std::string summary_schema();

/// docs/summary.md.
[[nodiscard]] std::string summary_page();

}  // namespace headroom
