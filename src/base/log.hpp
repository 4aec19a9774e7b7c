#pragma once

#include <string_view>

namespace headroom::log {

/// Logs go to stderr.
void setup();
void warn(std::string_view message);

}  // namespace headroom::log
