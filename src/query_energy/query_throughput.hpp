#pragma once

#include <optional>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// Output tokens a second of a node at full load, as they were measured at one pair of lengths.
struct ThroughputRow {
  double input_tokens = 1;
  double output_tokens = 1;
  double tokens_per_s = 1;
  void fields(Fields& f);
};

/// ln TPS = intercept + input_exponent ln L_in + output_exponent ln L_out.
struct ThroughputFit {
  double intercept = 0;
  double input_exponent = 0;
  double output_exponent = 0;
  void fields(Fields& f);
};

/// The least squares fit of at least three rows, none where they do not tell the lengths apart.
[[nodiscard]] std::optional<ThroughputFit> fitted(const std::vector<ThroughputRow>& rows);

/// Output tokens a second of a node over the lengths of its queries: by a fit, given or of rows, never above the
/// largest that was measured; with fewer than three rows, that largest (Oviedo et al. 2025).
struct QueryThroughput {
  std::vector<ThroughputRow> rows;
  std::optional<double> max_tokens_per_s;
  std::optional<ThroughputFit> fit;

  void fields(Fields& f);
  void check(const Scope& scope) const;

  [[nodiscard]] double largest() const;
  /// The one that is given or, of three rows or more, fitted; else none.
  [[nodiscard]] std::optional<ThroughputFit> curve() const;
};

/// Of a query with these lengths, both above 0, where `fit` is the curve of the throughput.
[[nodiscard]] double tokens_per_s(const std::optional<ThroughputFit>& fit, double largest, double input_tokens,
                                  double output_tokens);

}  // namespace headroom
