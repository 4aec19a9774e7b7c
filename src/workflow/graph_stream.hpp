#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "headroom/fields.hpp"
#include "headroom/request.hpp"
#include "workflow/graph_template.hpp"

namespace headroom {

/// Jobs of one template, which come at even distances.
struct GraphStreamConfig {
  std::string name;
  GraphTemplate graph;
  GraphParameters parameters;  ///< in place of those of the template
  Seconds start{};
  std::uint32_t count = 1;
  std::optional<Seconds> every;
  Priority priority = Priority::high;
  std::optional<Seconds> ttff, due;  ///< from when a job comes
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// Those of its jobs.
  [[nodiscard]] GraphParameters all_parameters() const;
};

}  // namespace headroom
