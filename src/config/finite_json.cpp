#include "config/finite_json.hpp"

#include <cmath>

#include "base/problem.hpp"

namespace headroom {
namespace {

bool is_finite(const Json& json) {
  return !json.is_number_float() || std::isfinite(*json.get_ptr<const double*>());
}

/// `pointer` is the way to `json`, and the same again afterwards.
void expect_all_finite(const Json& json, const std::string& where, std::string& pointer) {
  if (!is_finite(json)) expect_finite(json.get<double>(), where + pointer);
  if (!json.is_structured()) return;
  const std::size_t length = pointer.size();
  std::size_t index = 0;
  for (auto child = json.begin(); child != json.end(); ++child, ++index) {
    if (!child->is_structured() && is_finite(*child)) continue;
    pointer += "/" + (json.is_object() ? pointer_step(child.key()) : std::to_string(index));
    expect_all_finite(*child, where, pointer);
    pointer.resize(length);
  }
}

}  // namespace

std::string finite_text(const Json& json, const std::string& where, int indent) {
  std::string pointer;
  expect_all_finite(json, where, pointer);
  return json.dump(indent);
}

void expect_finite(double number, const std::string& where) {
  if (!std::isfinite(number))
    throw InputError(where,
                     "would not be a finite number: some value of the scenario is out of proportion to the others");
}

}  // namespace headroom
