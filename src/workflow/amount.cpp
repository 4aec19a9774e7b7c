#include "workflow/amount.hpp"

#include <cstddef>
#include <limits>

#include "base/text.hpp"

namespace headroom {
namespace {

double value_of(const GraphParameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found != parameters.end() ? found->second : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

void Amount::fields(Fields& f) {
  f("times", times, "the number, or what the product is multiplied with", Range::between(0.0, 1e15));
  f("of", of, "parameters that it is multiplied with");
  f("over", over, "parameters that it is divided by");
}

void check_parameter(const std::string& name, const GraphParameters& parameters, const Scope& scope) {
  if (parameters.contains(name)) return;
  std::vector<std::string> known;
  for (const auto& [one, unused] : parameters) known.push_back(one);
  scope.problem("the template has no parameter \"" + name + "\" (there are: " + join(known, ", ") + ")" +
                did_you_mean(name, known));
}

void Amount::check_in(const GraphParameters& parameters, const Scope& scope) const {
  for (std::size_t i = 0; i < of.size(); ++i) check_parameter(of[i], parameters, scope.at("of").at(i));
  for (std::size_t i = 0; i < over.size(); ++i) {
    const auto found = parameters.find(over[i]);
    if (found == parameters.end()) check_parameter(over[i], parameters, scope.at("over").at(i));
    else if (found->second == 0) scope.at("over").at(i).problem("the parameter \"" + over[i] + "\" is 0");
  }
}

double Amount::value(const GraphParameters& parameters) const {
  double product = times;
  for (const std::string& name : of) product *= value_of(parameters, name);
  for (const std::string& name : over) product /= value_of(parameters, name);
  return product;
}

}  // namespace headroom
