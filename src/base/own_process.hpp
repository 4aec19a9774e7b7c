#pragma once

#include <functional>
#include <string>

namespace headroom {

/// What `say()` returns in a child of this process, which ends with it: a process can have one SimGrid engine only.
/// A std::runtime_error where the child dies, or with what it throws.
[[nodiscard]] std::string in_own_process(const std::function<std::string()>& say);

}  // namespace headroom
