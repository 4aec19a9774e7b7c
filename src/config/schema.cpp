#include "config/schema.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/schema_definitions.hpp"
#include "config/slot_json.hpp"

namespace headroom {
namespace {

Json schema_of(const Field& field, const Slot& slot);

/// A value that may also be the name of a file.
Json or_name(Json schema) {
  const Json name = {{"type", "string"}, {"description", "name of a configuration file, or a path to one"}};
  return {{"anyOf", Json::array({name, std::move(schema)})}};
}

/// Collects the properties of one object.
class ObjectSchema : public Fields {
 public:
  Json finish() {
    properties_["include"] = {{"$ref", "#/$defs/include"}};
    Json schema = {{"type", "object"}, {"properties", std::move(properties_)}, {"additionalProperties", false}};
    if (!required_.empty()) schema["required"] = std::move(required_);
    return schema;
  }
  void keep(const std::string& name, Json schema, bool is_required) {
    properties_[name] = std::move(schema);
    if (is_required) required_.push_back(name);
  }

 protected:
  void visit(const Field& field, const Slot& slot) override {
    Json schema = {{"description", std::string(field.doc)}};
    schema.update(is_reference(field.name) ? or_name(schema_of(field, slot)) : schema_of(field, slot));
    const Json value = to_json(field, slot);
    if (field.required) required_.push_back(std::string(field.name));
    else if (!value.is_null() && !value.is_object()) schema["default"] = value;
    properties_[std::string(field.name)] = std::move(schema);
  }

 private:
  Json properties_ = Json::object();
  Json required_ = Json::array();
};

Json object_schema(const ObjectSlot& slot) {
  ObjectSchema object;
  slot.walk(object);
  return object.finish();
}

void add_range(Json& schema, const Range& range) {
  if (range.or_zero) {
    schema["minimum"] = 0.0;
    schema["not"] = {{"exclusiveMinimum", 0.0}, {"exclusiveMaximum", range.min}};
  } else if (std::isfinite(range.min)) schema[range.min_open ? "exclusiveMinimum" : "minimum"] = range.min;
  if (std::isfinite(range.max)) schema["maximum"] = range.max;
}

struct ToSchema {
  const Field& field;

  Json operator()(const NumberSlot&) const {
    Json schema = {{"type", "number"}};
    add_range(schema, field.range);
    return schema;
  }
  Json operator()(const IntegerSlot&) const {
    Json schema = {{"type", "integer"}};
    Range range = field.range;
    if (!std::isfinite(range.min)) range.min = 0;
    add_range(schema, range);
    return schema;
  }
  Json operator()(const BoolSlot&) const { return {{"type", "boolean"}}; }
  Json operator()(const TextSlot&) const { return {{"type", "string"}}; }
  Json operator()(const JsonSlot&) const { return Json::object(); }
  Json operator()(const WordSlot& slot) const {
    return {{"enum", std::vector<std::string>(slot.words.begin(), slot.words.end())}};
  }
  Json operator()(const ObjectSlot& slot) const { return object_schema(slot); }
  Json operator()(const OptionalSlot& slot) const { return schema_of(field, slot.emplace()); }
  Json operator()(const ListSlot& slot) const {
    return {{"type", "array"}, {"items", schema_of(field, slot.append())}};
  }
  Json operator()(const MapSlot& slot) const {
    return {{"type", "object"}, {"additionalProperties", schema_of(field, slot.at("NAME"))}};
  }
  Json operator()(const ChoiceSlot& slot) const {
    Json kinds = Json::array();
    for (const auto& alternative : slot.alternatives) {
      ObjectSchema object;
      object.keep("kind", {{"const", std::string(alternative.kind)}, {"description", std::string(alternative.doc)}},
                  alternative.kind != slot.current);
      slot.choose(alternative.kind).walk(object);
      kinds.push_back(object.finish());
    }
    return {{"oneOf", std::move(kinds)}};
  }
};

Json schema_of(const Field& field, const Slot& slot) {
  return std::visit(ToSchema{field}, slot);
}

Json root_schema(const std::string& title, const Slot& root) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(schema_of(Field{}, root));
  schema["$defs"]["include"] = {{"description", "files whose values stand below this object's own"},
                                {"type", Json::array({"string", "array"})},
                                {"items", {{"type", "string"}}}};
  return schema;
}

std::string range_of(const Json& schema) {
  std::string text;
  if (schema.contains("not")) text += "0 or ≥ " + shortest(schema["not"]["exclusiveMaximum"].get<double>());
  else if (schema.contains("minimum")) text += "≥ " + shortest(schema["minimum"].get<double>());
  if (schema.contains("exclusiveMinimum")) text += "> " + shortest(schema["exclusiveMinimum"].get<double>());
  if (schema.contains("maximum")) text += (text.empty() ? "≤ " : ", ≤ ") + shortest(schema["maximum"].get<double>());
  if (schema.contains("enum"))
    for (const auto& word : schema["enum"]) text += (text.empty() ? "" : ", ") + word.get<std::string>();
  return text;
}

std::string type_of(const Json& schema) {
  if (schema.contains("anyOf")) return "name or object";
  return schema.value("type", schema.contains("oneOf") ? "object" : schema.contains("enum") ? "word" : "any");
}

/// Collects the rows of a schema, each value's before those of what it holds.
class RowsOfSchema {
 public:
  void add(const Json& schema, const std::string& pointer, const std::string& of_kind, bool required) {
    if (!pointer.empty()) {
      const std::string value = required ? "required" : schema.contains("default") ? schema["default"].dump() : "";
      rows_.push_back(
          {pointer, "", of_kind, type_of(schema), range_of(schema), value, schema.value("description", "")});
    }
    add_below(schema.contains("anyOf") ? schema["anyOf"][1] : schema, pointer);
  }
  std::vector<ReferenceRow> take() { return std::move(rows_); }

 private:
  /// What an object, list or map holds.
  void add_below(const Json& schema, const std::string& pointer) {
    add_properties(schema, pointer, "");
    if (schema.contains("items")) add(schema["items"], pointer + "/N", "", false);
    if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object())
      add(schema["additionalProperties"], pointer + "/NAME", "", false);
    if (!schema.contains("oneOf")) return;
    for (const auto& kind : schema["oneOf"]) {
      const auto& tag = kind["properties"]["kind"];
      const auto name = tag["const"].get<std::string>();
      rows_.push_back({pointer + "/kind", name, name, "", "", "", tag["description"].get<std::string>()});
      add_properties(kind, pointer, name);
    }
  }
  void add_properties(const Json& schema, const std::string& pointer, const std::string& of_kind) {
    if (!schema.contains("properties")) return;
    const Json required = schema.value("required", Json::array());
    for (const auto& [name, child] : schema["properties"].items())
      if (name != "include" && (name != "kind" || of_kind.empty()))
        add(child, pointer + "/" + name, of_kind, std::ranges::find(required, Json(name)) != required.end());
  }

  std::vector<ReferenceRow> rows_;
};

}  // namespace

std::string json_schema(const std::string& title, const Slot& root) {
  return with_definitions(root_schema(title, root)).dump(2) + "\n";
}

std::vector<ReferenceRow> reference_rows(const Slot& root) {
  RowsOfSchema rows;
  rows.add(root_schema("", root), "", "", false);
  return rows.take();
}

}  // namespace headroom
