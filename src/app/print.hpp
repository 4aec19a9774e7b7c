#pragma once

#include <string>

namespace headroom {

/// Writes to the standard output; throws where that fails, e.g. on a full disk.
void print(const std::string& text);

}  // namespace headroom
