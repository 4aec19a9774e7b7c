#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// Whose power is written.
struct PowerOutputConfig {
  std::vector<std::string> nodes;
  std::optional<Seconds> bin;
  void fields(Fields& f);
};

/// What a run writes.
struct OutputConfig {
  PowerOutputConfig power;
  void fields(Fields& f);
};

}  // namespace headroom
