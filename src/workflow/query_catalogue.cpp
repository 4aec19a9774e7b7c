#include "workflow/query_catalogue.hpp"

#include "base/text.hpp"

namespace headroom {
namespace {

/// Configurations of a catalogue.
constexpr double kMostConfigurations = 1000;

}  // namespace

void QueryOptionConfig::fields(Fields& f) {
  f("parameters", parameters, "in place of the template's", Range::between(0.0, 1e12));
  f("operations", operations, "what a pool must serve, by stage, in place of what the stage says");
  f("without", without, "stages that it does not run: they take no time");
}

void QueryCatalogueConfig::fields(Fields& f) {
  f.required("after", after,
             "the stage that characterises a query, which all others come after: when it is done a configuration is "
             "chosen; it does not run where the stream says which `configuration` its jobs have");
  f.required("options", options,
             "kinds of options (model, documents, hops), of each what may be taken; a configuration has one of each "
             "kind and is called by them: large/5/2");
  f.required("cost", cost, "of a configuration, in a unit of one's own: the sum of these");
  f("oracle", oracle, "which answers are right");
}

void QueryCatalogueConfig::check(const Scope& scope) const {
  const Scope here = scope.at("options");
  if (options.empty()) here.problem("must have at least one kind");
  double count = 1;
  for (const auto& [kind, some] : options) {
    if (some.empty()) here.at(kind).problem("must have at least one option");
    count *= static_cast<double>(some.size());
  }
  if (count > kMostConfigurations)
    here.problem("make " + shortest(count) + " configurations, more than " + shortest(kMostConfigurations));
  if (cost.empty()) scope.at("cost").problem("must have at least one amount");
}

std::vector<QueryCatalogueConfig::Configuration> QueryCatalogueConfig::configurations() const {
  std::vector<Configuration> all{{}};
  for (const auto& [kind, some] : options) {
    std::vector<Configuration> inner;
    for (const Configuration& outer : all)
      for (const auto& [name, option] : some) {
        Configuration& one = inner.emplace_back(outer);
        one.name += (one.name.empty() ? "" : "/") + name;
        one.options.push_back(&option);
      }
    all = std::move(inner);
  }
  return all;
}

double QueryCatalogueConfig::cost_of(const GraphParameters& parameters) const {
  double sum = 0;
  for (const Amount& amount : cost) sum += amount.value(parameters);
  return sum;
}

}  // namespace headroom
