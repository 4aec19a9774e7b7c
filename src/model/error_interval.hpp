#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"
#include "model/performance/architecture.hpp"

namespace headroom {

/// What a prediction is of, as far as its errors go.
enum class ErrorKind : std::uint8_t { dense, mixture, fp8 };
inline std::array<std::string_view, 3> words_of(ErrorKind) {
  return {"dense", "mixture", "fp8"};
}
enum class ErrorQuantity : std::uint8_t { step, prefill, power, energy };
inline std::array<std::string_view, 4> words_of(ErrorQuantity) {
  return {"step", "prefill", "power", "energy"};
}

/// Where a prediction lies beside what was measured.
struct Neighbourhood {
  double batch = 1;            ///< sequences
  double tensor_parallel = 1;  ///< GPUs
  double context_tokens = 1;   ///< of a sequence
};

/// Measured over predicted values, between which four in five of them lie.
struct ErrorRange {
  double low = 1;
  double high = 1;
};

/// How far measurements lay from predictions that had not seen them (a source, a model or a parallelism left out of the
/// fit): 10th and 90th percentile of measured over predicted.
struct ErrorInterval {
  ErrorKind kind = ErrorKind::dense;
  ErrorQuantity quantity = ErrorQuantity::step;
  double low_ratio = 1;
  double high_ratio = 1;
  std::uint32_t points = 0;
  Neighbourhood largest{};  ///< that was measured

  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Whose errors a model has.
[[nodiscard]] ErrorKind error_kind_of(const Architecture& model);

/// The range for a prediction. Beyond what was measured it widens, by a quarter of itself for each factor of two; where
/// the kind was not measured at all, it is that of the quantity's worst kind, twice as wide; where the quantity was
/// not, a factor of two either way.
[[nodiscard]] ErrorRange error_range(const std::vector<ErrorInterval>& known, ErrorKind kind, ErrorQuantity quantity,
                                     const Neighbourhood& at);

/// Whether a prediction's kind and quantity were measured, and it lies within what was.
[[nodiscard]] bool is_measured(const std::vector<ErrorInterval>& known, ErrorKind kind, ErrorQuantity quantity,
                               const Neighbourhood& at);

}  // namespace headroom
