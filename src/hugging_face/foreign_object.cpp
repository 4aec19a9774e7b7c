#include "hugging_face/foreign_object.hpp"

#include <limits>

#include "base/problem.hpp"

namespace headroom {

const Json* ForeignObject::find(const std::string& key) const {
  const auto found = json_.find(key);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::uint32_t> ForeignObject::count(const std::string& key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  constexpr std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() > largest)
    refuse(key, "must be a whole number from 0 to 4294967295");
  return value->get<std::uint32_t>();
}

std::uint32_t ForeignObject::required_count(const std::string& key) const {
  const auto value = count(key);
  if (!value) refuse(key, "missing: the size of the model is not known without it");
  if (*value == 0) refuse(key, "must be above 0");
  return *value;
}

bool ForeignObject::flag(const std::string& key, bool when_absent) const {
  const Json* value = find(key);
  if (value == nullptr) return when_absent;
  if (!value->is_boolean()) refuse(key, "must be true or false");
  return value->get<bool>();
}

std::string ForeignObject::text(const std::string& key) const {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) refuse(key, "must be text");
  return value->get<std::string>();
}

std::optional<ForeignObject> ForeignObject::object(const std::string& key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) refuse(key, "must be an object");
  return ForeignObject(*value, file_, pointer_ + "/" + pointer_step(key));
}

void ForeignObject::refuse(const std::string& key, const std::string& what) const {
  throw InputError(file_ + ": " + pointer_ + "/" + pointer_step(key), what);
}

}  // namespace headroom
