#include "config/slot_json.hpp"

#include <cmath>
#include <string>

#include "base/assert.hpp"
#include "config/json_append.hpp"
#include "config/units.hpp"

namespace headroom {
namespace {

struct ToJson {
  const Field& field;

  Json operator()(const NumberSlot& slot) const { return slot.value / scale_of(field, slot); }
  Json operator()(const IntegerSlot& slot) const { return slot.value; }
  Json operator()(const BoolSlot& slot) const { return slot.value; }
  Json operator()(const TextSlot& slot) const { return slot.value; }
  Json operator()(const JsonSlot& slot) const { return Json::parse(slot.text); }
  Json operator()(const WordSlot& slot) const { return std::string(slot.words[slot.value]); }
  Json operator()(const ObjectSlot&) const { return Json::object(); }
  Json operator()(const OptionalSlot&) const { return nullptr; }
  Json operator()(const ListSlot& slot) const {
    Json list = Json::array();
    for (std::size_t i = 0; i < slot.size; ++i) list.push_back(to_json(field, slot.at(i)));
    return list;
  }
  Json operator()(const MapSlot& slot) const {
    Json map = Json::object();
    slot.each([&](const std::string& key, const Slot& entry) { append(map, key, to_json(field, entry)); });
    return map;
  }
  Json operator()(const ChoiceSlot& slot) const {
    return slot.current.empty() ? Json::object() : Json{{"kind", slot.current}};
  }
};

}  // namespace

Json to_json(const Field& field, const Slot& slot) {
  return std::visit(ToJson{field}, slot);
}

bool names_files(const Field& field) {
  return field.name == "path" || field.name == "paths" || field.name.ends_with("_path");
}

double scale_of(const Field& field, const NumberSlot& slot) {
  const auto unit = unit_of(field.name);
  if (slot.dimension)
    check_that(unit && unit->dimension == slot.dimension,
               "the unit in the name of " + std::string(field.name) + " does not fit its type");
  return unit && (slot.dimension || !unit->dimension) ? unit->si : 1.0;
}

}  // namespace headroom
