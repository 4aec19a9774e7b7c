#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/id.hpp"
#include "headroom/request.hpp"

namespace headroom {

struct Scenario;
class ClassTable;

/// How long the answers of a variant are to requests of a type, where that depends on who answers: log-normal. How good
/// they are, as somebody measured it.
struct AnswersConfig {
  double tokens_p50 = 1, tokens_p90 = 1;
  std::optional<double> quality;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// By type of request.
using AnswersByType = std::map<std::string, AnswersConfig>;

/// Throws an InputError where answers are of a type that no request has.
void check_answers(const Scenario& scenario, const ClassTable& classes);

/// The answers of a scenario's variants.
class VariantAnswers {
 public:
  VariantAnswers(const Scenario& scenario, const ClassTable& classes);

  /// Whether any variant says something.
  [[nodiscard]] bool empty() const { return lengths_.empty(); }
  /// Gives a request the length that its answer has from a variant, if that says one. Where among all answers it lies
  /// belongs to the request, whoever answers it.
  void set(Request& request, VariantId variant) const;
  /// Of an answer; none where only the variant has a quality.
  [[nodiscard]] std::optional<double> quality(VariantId variant, ClassId id) const;

 private:
  struct Length {
    double median_tokens = 0;  ///< 0: as the request says
    double sigma = 0;
    std::optional<double> quality;
  };
  [[nodiscard]] const Length& length(VariantId variant, ClassId id) const {
    return lengths_[variant.index() * classes_ + id.index()];
  }

  std::uint64_t seed_;
  std::size_t classes_;
  std::vector<Length> lengths_;  ///< by variant, then class
};

}  // namespace headroom
