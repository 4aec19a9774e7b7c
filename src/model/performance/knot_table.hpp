#pragma once

#include <string>
#include <vector>

#include "model/performance/step_table.hpp"

namespace headroom {

/// Step times at some numbers of batched tokens, linear between them: one curve for steps of prompts, one for decode
/// steps, whose tokens are their sequences. A step of both takes what prompts do, times a factor.
class KnotTable final : public StepTable {
 public:
  struct Knot {
    double tokens = 0;
    double prompt_s = 0;
    double decode_s = 0;
  };
  struct Rules {
    double mixed_factor = 1.0;
    bool extend = false;  ///< the first and the last segment hold beyond the ends, too; else that is refused
  };

  /// Of two knots at least, which rise in tokens; `path` is for messages.
  KnotTable(std::vector<Knot> knots, const Rules& rules, std::string path);
  [[nodiscard]] Time time(const StepShape& step) const override;

 private:
  [[nodiscard]] double interpolated(double tokens, double Knot::*curve) const;

  std::vector<Knot> knots_;
  Rules rules_;
  std::string path_;
};

}  // namespace headroom
