#pragma once

#include <string>

#include "config/rules.hpp"

namespace headroom::test {

/// The broken rules of a configuration that stands at `pointer`, one a line.
template <class T>
std::string text_of_broken_rules(T& config, const std::string& pointer = {}) {
  std::string text;
  for (const Problem& problem : broken_rules(slot_of(config), pointer))
    text += problem.where + ": " + problem.what + '\n';
  return text;
}

}  // namespace headroom::test
