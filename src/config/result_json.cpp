#include "config/result_json.hpp"

#include <string>

#include "config/json_append.hpp"
#include "config/slot_json.hpp"

namespace headroom {
namespace {

Json result_of(const Field& field, const Slot& slot);

/// Collects the values of one object.
class ResultObject : public Fields {
 public:
  Json finish() { return std::move(object_); }

 protected:
  void visit(const Field& field, const Slot& slot) override {
    Json value = result_of(field, slot);
    const bool has_nothing = value.is_structured() && value.empty() && !field.required;
    if (!value.is_null() && !has_nothing) append(object_, std::string(field.name), std::move(value));
  }

 private:
  Json object_ = Json::object();
};

struct ToResult {
  const Field& field;

  Json operator()(const auto& slot) const { return to_json(field, slot); }
  Json operator()(const ObjectSlot& slot) const {
    ResultObject object;
    slot.walk(object);
    return object.finish();
  }
  Json operator()(const OptionalSlot& slot) const { return slot.engaged ? result_of(field, slot.emplace()) : Json(); }
  Json operator()(const ListSlot& slot) const {
    Json list = Json::array();
    for (std::size_t i = 0; i < slot.size; ++i) list.push_back(result_of(field, slot.at(i)));
    return list;
  }
  Json operator()(const MapSlot& slot) const {
    Json map = Json::object();
    slot.each([&](const std::string& key, const Slot& entry) { append(map, key, result_of(field, entry)); });
    if (slot.beside) {
      ResultObject values;
      slot.beside(values);
      map.update(values.finish());
    }
    return map;
  }
};

Json result_of(const Field& field, const Slot& slot) {
  return std::visit(ToResult{field}, slot);
}

}  // namespace

Json result_json(const Slot& result) {
  return result_of(Field{}, result);
}

}  // namespace headroom
