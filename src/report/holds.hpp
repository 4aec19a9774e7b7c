#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "report/decisions.hpp"

namespace headroom {

/// What holds servers back, as a lane over a chart names it (`lock`, `cap`, `brake`, `heat`, `trip`, `over budget`);
/// empty for other kinds of events.
[[nodiscard]] std::string lane_of(const std::string& kind);

/// One lane over the power of a node: from each of these dates on so many servers under it are held, until the next.
struct Lane {
  std::string kind;
  std::vector<double> times_s;
  std::vector<double> counts;  ///< 1 and 0 where the node itself is meant: a trip, a time above its budget
};

/// The lanes of a node that has these servers; lanes with nothing in them are left out. A trip lasts to the end.
[[nodiscard]] std::vector<Lane> lanes_of(std::span<const RunEvent> events, const std::string& node, double end_s);

/// Seconds that each server was held by a lock, cap or brake, or by the heat of its GPUs; overlapping times count once.
[[nodiscard]] std::map<std::string, double> held_s(std::span<const RunEvent> events);

}  // namespace headroom
