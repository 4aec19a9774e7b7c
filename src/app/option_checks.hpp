#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/text.hpp"

namespace headroom {

/// A number of an option within limits; what is no number at all (`nan`) is outside of them.
inline CLI::Validator between(double least, double most) {
  const std::string range = "[" + shortest(least) + " - " + shortest(most) + "]";
  return {[=](std::string& text) {
            double value = 0;
            const bool fits = CLI::detail::lexical_cast(text, value) && value >= least && value <= most;
            return fits ? std::string() : "Value " + printable(text, 60) + " not in range " + range;
          },
          "FLOAT in " + range};
}

/// A name that is given must not be empty.
inline CLI::Validator not_empty() {
  return {[](std::string& text) { return text.empty() ? std::string("must not be empty") : std::string(); }, ""};
}

}  // namespace headroom
