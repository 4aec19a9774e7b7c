#pragma once

#include <vector>

#include "base/problem.hpp"
#include "study/sweep_directory.hpp"

namespace headroom {

/// The rows of a sweep: for each point its name, outcome, reference, axes, metrics and impacts.
class SweepTable {
 public:
  /// Reads the summaries of all points that are done.
  SweepTable(const SweepDirectory& directory, const SweepPlan& plan);

  /// Writes sweep.json and sweep.csv into the directory.
  void write(const SweepDirectory& directory) const;
  /// Metrics and impacts that no summary has (while some point is done), with what may be meant.
  [[nodiscard]] std::vector<Problem> absent() const;
  [[nodiscard]] std::size_t failed() const { return failed_; }

 private:
  [[nodiscard]] Json row(const PlannedPoint& point, const Json& summary, const Json& reference) const;

  const SweepPlan& plan_;
  Json rows_ = Json::array();
  Json example_;  ///< the summary of a point that is done
  std::size_t failed_ = 0;
};

}  // namespace headroom
