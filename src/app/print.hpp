#pragma once

#include <string>

namespace headroom {

/// Writes to the standard output; throws where that fails, e.g. on a full disk.
void print(const std::string& text);

/// printf into a string of at most 511 characters.
[[gnu::format(printf, 1, 2)]] std::string line(const char* format, ...);

}  // namespace headroom
