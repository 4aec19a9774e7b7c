#pragma once

#include <string>

namespace headroom {

/// Text as the message of a workflow command of GitHub, on one line.
[[nodiscard]] std::string github_text(const std::string& text);

}  // namespace headroom
