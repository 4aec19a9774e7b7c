#include "query_energy/query_throughput.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr std::size_t kUnknowns = 3;
using Vector = std::array<double, kUnknowns>;
using Matrix = std::array<Vector, kUnknowns>;

double determinant(const Matrix& m) {
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

/// Unknown `i` of a system, by Cramer's rule.
double solved(Matrix normal, const Vector& right, std::size_t i, double whole) {
  for (std::size_t row = 0; row < kUnknowns; ++row) normal[row][i] = right[row];
  return determinant(normal) / whole;
}

}  // namespace

void ThroughputRow::fields(Fields& f) {
  f.required("input_tokens", input_tokens, "of each query", Range::between(1, 1e9));
  f.required("output_tokens", output_tokens, "of each query", Range::between(1, 1e9));
  f.required("tokens_per_s", tokens_per_s, "output tokens of the node", Range::between(1e-3, 1e9));
}

void ThroughputFit::fields(Fields& f) {
  f.required("intercept", intercept, "logarithm of the throughput of one token in and one out",
             Range::between(-100, 100));
  f.required("input_exponent", input_exponent, "of the prompt's length", Range::between(-10, 10));
  f.required("output_exponent", output_exponent, "of the answer's length", Range::between(-10, 10));
}

std::optional<ThroughputFit> fitted(const std::vector<ThroughputRow>& rows) {
  Matrix normal{};
  Vector right{};
  for (const ThroughputRow& row : rows) {
    const Vector x{1, portable::log(row.input_tokens), portable::log(row.output_tokens)};
    for (std::size_t i = 0; i < kUnknowns; ++i) {
      for (std::size_t j = 0; j < kUnknowns; ++j) normal[i][j] += x[i] * x[j];
      right[i] += x[i] * portable::log(row.tokens_per_s);
    }
  }
  constexpr double kRounding = 1e-9;  // of the product of the diagonal, which the determinant of a true system exceeds
  const double whole = determinant(normal);
  if (std::abs(whole) <= kRounding * normal[0][0] * normal[1][1] * normal[2][2]) return std::nullopt;
  return ThroughputFit{solved(normal, right, 0, whole), solved(normal, right, 1, whole),
                       solved(normal, right, 2, whole)};
}

void QueryThroughput::fields(Fields& f) {
  f("rows", rows, "measurements: three or more are fitted, of fewer the largest counts");
  f("max_tokens_per_s", max_tokens_per_s, "in place of rows: the largest that was measured", Range::between(1e-3, 1e9));
  f("fit", fit, "goes with it: the coefficients of the fit; absent: the largest holds for all lengths");
}

void QueryThroughput::check(const Scope& scope) const {
  if (rows.empty() == !max_tokens_per_s) scope.problem("must have either rows or max_tokens_per_s");
  else if (fit && !max_tokens_per_s) scope.at("fit").problem("goes with max_tokens_per_s only");
  else if (rows.size() >= kUnknowns && !fitted(rows))
    scope.at("rows").problem("do not tell prompts from answers: their lengths must vary apart from each other");
}

double QueryThroughput::largest() const {
  if (max_tokens_per_s) return *max_tokens_per_s;
  return std::ranges::max_element(rows, {}, &ThroughputRow::tokens_per_s)->tokens_per_s;
}

std::optional<ThroughputFit> QueryThroughput::curve() const {
  return rows.size() >= kUnknowns ? fitted(rows) : fit;
}

double tokens_per_s(const std::optional<ThroughputFit>& fit, double largest, double input_tokens,
                    double output_tokens) {
  if (!fit) return largest;
  return std::min(largest, portable::exp(fit->intercept + fit->input_exponent * portable::log(input_tokens) +
                                         fit->output_exponent * portable::log(output_tokens)));
}

}  // namespace headroom
