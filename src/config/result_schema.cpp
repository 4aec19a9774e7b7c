#include "config/result_schema.hpp"

#include "config/json.hpp"

namespace headroom {
namespace {

Json schema_of_result(const Slot& slot);

/// Collects the values of one object.
class ResultProperties : public Fields {
 public:
  Json finish() {
    Json schema = {{"type", "object"}, {"properties", std::move(properties_)}, {"additionalProperties", false}};
    if (!required_.empty()) schema["required"] = std::move(required_);
    return schema;
  }

 protected:
  void visit(const Field& field, const Slot& slot) override {
    Json schema = {{"description", std::string(field.doc)}};
    schema.update(schema_of_result(slot));
    properties_[std::string(field.name)] = std::move(schema);
    if (field.required && !std::holds_alternative<OptionalSlot>(slot)) required_.push_back(std::string(field.name));
  }

 private:
  Json properties_ = Json::object();
  Json required_ = Json::array();
};

struct ToResultSchema {
  Json operator()(const NumberSlot&) const { return {{"type", "number"}}; }
  Json operator()(const IntegerSlot&) const { return {{"type", "integer"}, {"minimum", 0}}; }
  Json operator()(const BoolSlot&) const { return {{"type", "boolean"}}; }
  Json operator()(const TextSlot&) const { return {{"type", "string"}}; }
  Json operator()(const JsonSlot&) const { return Json::object(); }
  Json operator()(const WordSlot& slot) const {
    return {{"enum", std::vector<std::string>(slot.words.begin(), slot.words.end())}};
  }
  Json operator()(const ObjectSlot& slot) const {
    ResultProperties object;
    slot.walk(object);
    return object.finish();
  }
  Json operator()(const OptionalSlot& slot) const { return schema_of_result(slot.emplace()); }
  Json operator()(const ListSlot& slot) const {
    return {{"type", "array"}, {"items", schema_of_result(slot.append())}};
  }
  Json operator()(const MapSlot& slot) const {
    ResultProperties values;
    if (slot.beside) slot.beside(values);
    Json schema = slot.beside ? values.finish() : Json{{"type", "object"}};
    schema["additionalProperties"] = schema_of_result(slot.at("NAME"));
    return schema;
  }
  Json operator()(const ChoiceSlot&) const { return {{"type", "object"}}; }
};

Json schema_of_result(const Slot& slot) {
  return std::visit(ToResultSchema{}, slot);
}

}  // namespace

std::string result_schema(const std::string& title, const Slot& result) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(schema_of_result(result));
  return schema.dump(2) + "\n";
}

}  // namespace headroom
