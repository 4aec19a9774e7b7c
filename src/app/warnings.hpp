#pragma once

#include "base/problem.hpp"

namespace headroom {

/// Says each warning on stderr, or, where warnings are errors, throws them all as one InputError.
void say(const Warnings& warnings, bool strict);

}  // namespace headroom
