#include "report/lookup.hpp"

#include "base/problem.hpp"

namespace headroom {

const Json* found(const Json& json, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  return json.contains(at) ? &json.at(at) : nullptr;
}

std::optional<double> number_at(const Json& json, const std::string& pointer) {
  const Json* value = found(json, pointer);
  return value && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

double count_at(const Json& json, const std::string& pointer) {
  return number_at(json, pointer).value_or(0);
}

std::string text_at(const Json& json, const std::string& pointer) {
  const Json* value = found(json, pointer);
  return value && value->is_string() ? value->get<std::string>() : "";
}

const Json& part_at(const Json& json, const std::string& pointer) {
  static const Json kEmpty = Json::object();
  const Json* value = found(json, pointer);
  return value && value->is_structured() ? *value : kEmpty;
}

std::vector<double> numbers_of(const Json& list, const std::string& where) {
  if (!list.is_array()) throw InputError(where, "must be a list of numbers");
  std::vector<double> numbers;
  numbers.reserve(list.size());
  for (const Json& value : list) {
    if (!value.is_number()) throw InputError(where + "/" + std::to_string(numbers.size()), "must be a number");
    numbers.push_back(value.get<double>());
  }
  return numbers;
}

}  // namespace headroom
