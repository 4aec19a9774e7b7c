#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "study/header_names.hpp"
#include "study/sweep_directory.hpp"

namespace headroom {

/// The rows of a sweep: for each point its name, outcome, reference, axes, metrics and impacts.
class SweepTable {
 public:
  /// Reads the summaries of all points that are done.
  SweepTable(const SweepDirectory& directory, const SweepPlan& plan);

  /// What sweep.json holds.
  [[nodiscard]] Json json() const;
  /// Writes sweep.json and sweep.csv into the directory, and under brief names the dictionary of these.
  void write(const SweepDirectory& directory, HeaderStyle names) const;
  /// Columns that are not what was wanted: in no summary (while some point is done), not a single value, or an impact
  /// against 0.
  [[nodiscard]] std::vector<Problem> warnings() const;
  /// The points that are not done, as indices into the plan.
  [[nodiscard]] const std::vector<std::size_t>& failed() const { return failed_; }

 private:
  [[nodiscard]] std::string warning(const std::string& pointer, const std::string& column) const;
  [[nodiscard]] std::size_t impacts_without_value(const std::string& column) const;
  [[nodiscard]] Json row(const PlannedPoint& point, const Json& summary, const Json& reference) const;

  const SweepPlan& plan_;
  Json rows_ = Json::array();
  Json example_;  ///< the summary of a point that is done
  std::vector<std::size_t> failed_;
};

}  // namespace headroom
