#pragma once

#include <optional>

namespace headroom {

/// What a run may take, in MiB: what was asked for, or four fifths of the memory that is available now.
[[nodiscard]] double memory_limit_mib(std::optional<double> asked);

}  // namespace headroom
