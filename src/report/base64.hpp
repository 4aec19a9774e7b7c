#pragma once

#include <string>
#include <string_view>

namespace headroom {

/// Bytes as text of 64 letters, padded with `=` (RFC 4648).
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace headroom
