#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "facility/power_tree.hpp"
#include "headroom/controller.hpp"
#include "headroom/history.hpp"
#include "scenario/history_config.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Keeps the templates of a run: what a file says came before, then what arrives and what samples show.
class HistoryKeeper {
 public:
  /// Reads the file; InputError where it is unusable, or names what is neither class nor node. Classes outlive this.
  HistoryKeeper(const HistoryConfig& config, const ClassTable& classes, const PowerTree& tree);

  /// With all steps that are over.
  const History& at(Seconds now, const Demand& demand) {
    add_arrivals(now, demand);
    return history_;
  }
  /// Samples have been delivered.
  void delivered(const SiteTelemetry& site);

 private:
  /// Samples of a node within one step.
  struct Step {
    std::uint64_t number = 0;
    double sum_w = 0;
    std::uint32_t samples = 0;
  };
  void read(const std::string& path, const PowerTree& tree);
  void add_arrivals(Seconds now, const Demand& demand);

  LoadTemplate empty_;
  const ClassTable& classes_;
  History history_;
  std::uint64_t steps_of_arrivals_ = 0;  ///< that are in the history, or passed over
  std::vector<Step> steps_;              ///< by monitored node
};

}  // namespace headroom
