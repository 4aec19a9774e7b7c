#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// Where a number lies over draws of the models' errors.
struct DrawnRange {
  double p10 = 0, p50 = 0, p90 = 0;

  void fields(Fields& f) const {
    f("p10", p10, "a tenth of the draws lie below");
    f("p50", p50, "median of the draws");
    f("p90", p90, "a tenth of the draws lie above");
  }
};

/// A run and the same run over draws of the models' errors.
struct UncertaintyResult {
  std::uint64_t draws = 0;
  double held_fraction = 0;
  std::map<std::string, DrawnRange> values;  ///< by their JSON pointer in a summary

  void fields(Fields& f) const {
    f("draws", draws, "runs with the scenario's `/model_draw` from 1 on");
    f("held_fraction", held_fraction,
      "of the draws: no brake, no trip, and no time above a budget at the nodes that have one");
    f("values", values, "by its JSON pointer here, a number of that name; those alone that each draw has");
  }
};

}  // namespace headroom
