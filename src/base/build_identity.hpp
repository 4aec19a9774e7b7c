#pragma once

#include <string_view>

namespace headroom {

/// A hash of the sources that this program was built from: two programs of one version that differ in it may differ in
/// their results.
[[nodiscard]] std::string_view build_identity();

}  // namespace headroom
