#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "model/performance/step_table.hpp"

namespace headroom {

/// Step times added up of what a layer takes for all tokens of the batch, for the attention of decodes, and for that of
/// prompts, each looked up by rounded keys, as profiles of single layers are kept (Vidur, MLSys'24).
class KeyedTable final : public StepTable {
 public:
  using Times = std::unordered_map<std::uint64_t, double>;  ///< s of a layer
  struct Rules {
    double layers = 1;
    double several_factor = 1.0;  ///< on the attention of decodes, or of prompts, where there are several
  };
  static constexpr double kTokenStep = 8;  ///< tokens of a batch are rounded up to a multiple of it

  /// By two whole numbers below 2^32.
  [[nodiscard]] static std::uint64_t key(double a, double b) {
    return static_cast<std::uint64_t>(a) << 32 | static_cast<std::uint64_t>(b);
  }

  /// `tokens` by (tokens, 0); `decode` by sequences and the mean context that they hold, this step's token included;
  /// `prefill` by the context that prompts hold before and the root of the sum of the squares of their chunks. Contexts
  /// are multiples of `StepShape::kContextStep`. The paths are for messages.
  struct Files {
    std::string tokens, decode, prefill;
  };
  KeyedTable(Times tokens, Times decode, Times prefill, const Rules& rules, Files files);
  [[nodiscard]] Time time(const StepShape& step) const override;

 private:
  Times tokens_, decode_, prefill_;
  Rules rules_;
  Files files_;
};

}  // namespace headroom
