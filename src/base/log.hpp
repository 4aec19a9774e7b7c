#pragma once

#include <string_view>

namespace headroom::log {

/// Logs go to stderr; `quiet` keeps warnings only.
void setup(bool quiet);
void info(std::string_view message);
void warn(std::string_view message);

}  // namespace headroom::log
