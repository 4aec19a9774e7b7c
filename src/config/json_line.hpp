#pragma once

#include <span>
#include <string>
#include <string_view>

namespace headroom {

/// A number that a JSON line must hold under a top-level key.
struct LineNumber {
  std::string_view key;
  double value = 0.0;
  bool found = false;
};

/// Reads the wanted numbers of one JSON object, passing over every other key; returns what is wrong, or an empty text.
[[nodiscard]] std::string parse_json_line(std::string_view line, std::span<LineNumber> wanted);

}  // namespace headroom
