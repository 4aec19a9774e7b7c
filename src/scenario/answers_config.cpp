#include "scenario/answers_config.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "base/problem.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "headroom/elementary.hpp"
#include "scenario/variants.hpp"
#include "trace/classes.hpp"

namespace headroom {
namespace {

constexpr Range kAnswerTokens = Range::between(1, 1e8);
constexpr double kMostAnswerTokens = 1e9;

const AnswersByType& answers_of(const VariantSpec& variant) {
  const auto named = variant.config.variants.find(variant.name);
  return named == variant.config.variants.end() ? variant.config.answers : named->second.answers;
}

}  // namespace

void AnswersConfig::fields(Fields& f) {
  f.required("tokens_p50", tokens_p50, "median of the tokens of an answer", kAnswerTokens);
  f.required("tokens_p90", tokens_p90, "90th percentile of these", kAnswerTokens);
  f("quality", quality, "how good they are; absent: as the variant says", Range::fraction());
}

void AnswersConfig::check(const Scope& scope) const {
  if (tokens_p90 < tokens_p50) scope.at("tokens_p90").problem("must not be below tokens_p50");
}

void check_answers(const Scenario& scenario, const ClassTable& classes) {
  std::vector<std::string> types;
  for (std::size_t i = 0; i < classes.size(); ++i) types.push_back(classes.type(ClassId(i)));
  std::vector<Problem> problems;
  const Scope root(problems, scenario.where(""));
  const auto check = [&](const AnswersByType& answers, const Scope& scope) {
    for (const auto& [type, unused] : answers)
      if (type.empty() || std::ranges::find(types, type) == types.end())
        scope.at(type).problem("the workload has no requests of the type \"" + type + "\"" + did_you_mean(type, types));
  };
  for (const Scenario::NamedService& service : scenario.all_services()) {
    const Scope here = service.at(root);
    check(service.config->answers, here.at("answers"));
    for (const auto& [name, variant] : service.config->variants)
      check(variant.answers, here.at("variants").at(name).at("answers"));
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

VariantAnswers::VariantAnswers(const Scenario& scenario, const ClassTable& classes)
    : seed_(hash(scenario.seed, "answers")), classes_(classes.size()) {
  const auto variants = variants_of(scenario);
  if (std::ranges::all_of(variants, [](const VariantSpec& one) { return answers_of(one).empty(); })) return;
  const double p90_deviations = normal_quantile(0.9);
  for (const VariantSpec& variant : variants)
    for (std::size_t i = 0; i < classes_; ++i) {
      Length& length = lengths_.emplace_back();
      const auto& answers = answers_of(variant);
      const auto found = answers.find(classes.type(ClassId(i)));
      if (found == answers.end()) continue;
      const auto& [p50, p90, quality] = found->second;
      length = {p50, portable::log(p90 / p50) / p90_deviations, quality};
    }
}

void VariantAnswers::set(Request& request, VariantId variant) const {
  const Length& length = this->length(variant, request.request_class);
  if (length.median_tokens == 0) return;
  const double z = normal_quantile(unit(hash(seed_, request.id)) + 0x1.0p-54);
  const double tokens = length.median_tokens * portable::exp(length.sigma * z);
  request.output_tokens = static_cast<std::uint32_t>(std::clamp(std::round(tokens), 1.0, kMostAnswerTokens));
}

std::optional<double> VariantAnswers::quality(VariantId variant, ClassId id) const {
  return empty() ? std::nullopt : length(variant, id).quality;
}

}  // namespace headroom
