#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/run_output.hpp"

namespace headroom {

/// What happened to one target: a record of events.json, or the part of it that is about one of its paths.
struct RunEvent {
  double time_s = 0;
  double effective_s = 0;
  double duration_s = 0;  ///< 0 where the record has none
  bool landed = false;    ///< it has a duration
  std::string kind, target, cause;
  std::optional<double> clock_mhz, power_w;
};

/// The records of a run in order of time; none where the output has no events.json.
[[nodiscard]] std::vector<RunEvent> events_of(const RunOutput& run);

/// The records as a page shows them: one object for all of the same time, kind and cause, at most `most`, the first
/// ones, beside how many there are.
[[nodiscard]] Json decisions_of(const std::vector<RunEvent>& events, std::size_t most);

}  // namespace headroom
