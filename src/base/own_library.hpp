#pragma once

namespace headroom {

/// A function of a library of ours that only some commands load, because what it links to takes long to load: beside
/// the program, as it is built, or in ../lib/headroom, where it is installed. Throws std::runtime_error where the
/// library is not there, or not the one of this program.
[[nodiscard]] void* function_of(const char* library, const char* function);

}  // namespace headroom
