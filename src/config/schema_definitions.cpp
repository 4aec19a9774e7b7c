#include "config/schema_definitions.hpp"

#include <array>
#include <map>
#include <string>

namespace headroom {
namespace {

/// What a schema says of the place it stands at, and not of the values there.
constexpr std::array kOfThePlace = {"description", "default"};

Json body_of(Json schema) {
  for (const char* key : kOfThePlace) schema.erase(key);
  return schema;
}

/// Calls `use(part, name)` for the schemas within one, with the key in a document that they are for.
template <class AnyJson, class Use>
void each_part(AnyJson& schema, const std::string& name, Use use) {
  if (schema.contains("properties"))
    for (const auto& [key, part] : schema["properties"].items()) use(part, key);
  for (const char* of_all : {"items", "additionalProperties"})
    if (schema.contains(of_all) && schema[of_all].is_object()) use(schema[of_all], name);
  for (const char* one_of : {"anyOf", "oneOf"})
    if (schema.contains(one_of))
      for (auto& part : schema[one_of]) use(part, name);
}

/// Replaces parts of a schema by references to their definitions.
class Definitions {
 public:
  explicit Definitions(const Json& schema) {
    if (schema.contains("$defs")) definitions_ = schema["$defs"];
    count_parts(schema);
  }

  Json root(Json schema) {
    schema.erase("$defs");
    replace_parts(schema, "");
    if (!definitions_.empty()) schema["$defs"] = std::move(definitions_);
    return schema;
  }

 private:
  /// Of parts that are equal, what is within them counts once.
  void count_parts(const Json& schema) {
    each_part(schema, "", [&](const Json& part, const std::string&) {
      if (++places_[body_of(part).dump()] == 1) count_parts(part);
    });
  }

  void replace_parts(Json& schema, const std::string& name) {
    each_part(schema, name, [&](Json& part, const std::string& key) { replace(part, key); });
  }

  void replace(Json& schema, const std::string& name) {
    Json body = body_of(schema);
    const std::string text = body.dump();
    const bool is_repeated = (body.contains("properties") || body.contains("anyOf")) && places_[text] > 1;
    if (!is_repeated && !body.contains("oneOf")) return replace_parts(schema, name);
    for (const auto& [key, unused] : body.items()) schema.erase(key);
    schema["$ref"] = "#/$defs/" + defined(std::move(body), text, name);
  }

  /// The name of a definition, made where it is not there yet.
  std::string defined(Json body, const std::string& text, const std::string& name) {
    const auto known = names_.find(text);
    if (known != names_.end()) return known->second;
    std::string unique = name;
    for (int i = 2; definitions_.contains(unique); ++i) unique = name + "_" + std::to_string(i);
    names_[text] = unique;
    definitions_[unique] = nullptr;  // stands before those within it
    replace_parts(body, name);
    definitions_[unique] = std::move(body);
    return unique;
  }

  std::map<std::string, int> places_;         ///< by text
  std::map<std::string, std::string> names_;  ///< by text
  Json definitions_ = Json::object();
};

}  // namespace

Json with_definitions(const Json& schema) {
  return Definitions(schema).root(schema);
}

}  // namespace headroom
