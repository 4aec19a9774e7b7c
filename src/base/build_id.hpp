#pragma once

#include <string>

namespace headroom {

/// Twelve hexadecimal digits that no other build of this program has, unless its bytes are the same: the beginning of
/// the hash that the linker leaves in it (`--build-id`). Empty where there is none.
[[nodiscard]] std::string build_id();

}  // namespace headroom
