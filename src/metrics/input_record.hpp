#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "base/text.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// A file that a scenario names, as it was when the run read it.
struct InputRecord {
  std::string pointer;  ///< in resolved.json, of its path or of the folder that it lies in
  std::string file;     ///< its name without folders
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;  ///< of its content
  bool operator==(const InputRecord&) const = default;

  void fields(Fields& f) const {
    f("pointer", pointer, "of its path in resolved.json, or of the folder that it lies in");
    f("file", printable(file), "its name without folders");
    f("bytes", bytes, "its length");
    f("hash", hex(hash), "64 bits over its content");
  }
};

/// As `/inputs` of the summary has them.
[[nodiscard]] nlohmann::ordered_json inputs_json(std::span<const InputRecord> inputs);

}  // namespace headroom
