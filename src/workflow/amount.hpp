#pragma once

#include <map>
#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// Numbers of a job by the names that its template gave them.
using GraphParameters = std::map<std::string, double>;

/// A number of a template: so many times a product of parameters over another.
struct Amount {
  double times = 1;
  std::vector<std::string> of, over;  ///< parameters

  void fields(Fields& f);
  /// Notes parameters that there are not, and divisors of 0.
  void check_in(const GraphParameters& parameters, const Scope& scope) const;
  /// No number where a parameter is missing, which `check_in` says.
  [[nodiscard]] double value(const GraphParameters& parameters) const;
};

/// Notes a parameter that a template does not have.
void check_parameter(const std::string& name, const GraphParameters& parameters, const Scope& scope);

}  // namespace headroom
