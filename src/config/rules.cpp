#include "config/rules.hpp"

namespace headroom {
namespace {

void check_slot(const Slot& slot, const Scope& scope);

/// Checks one object: a Fields driver that asks for the rules of each struct where that stands.
class ObjectCheck : public Fields {
 public:
  explicit ObjectCheck(const Scope& scope) : scope_(scope) {}

 protected:
  void visit(const Field& field, const Slot& slot) override { check_slot(slot, scope_.at(field.name)); }
  void rules(const std::function<void(const Scope&)>& check) override { check(scope_); }

 private:
  const Scope& scope_;
};

/// Checks what a slot holds; single values have no rules but their range.
struct SlotCheck {
  const Scope& scope;

  void operator()(const auto&) const {}

  void operator()(const ObjectSlot& slot) const {
    ObjectCheck object(scope);
    slot.walk(object);
  }
  void operator()(const OptionalSlot& slot) const {
    if (slot.engaged) check_slot(slot.emplace(), scope);
  }
  void operator()(const ListSlot& slot) const {
    for (std::size_t i = 0; i < slot.size; ++i) check_slot(slot.at(i), scope.at(i));
  }
  void operator()(const MapSlot& slot) const {
    slot.each([&](const std::string& key, const Slot& entry) { check_slot(entry, scope.at(key)); });
  }
  void operator()(const ChoiceSlot& slot) const {
    if (!slot.current.empty()) (*this)(slot.choose(slot.current));
  }
};

void check_slot(const Slot& slot, const Scope& scope) {
  std::visit(SlotCheck{scope}, slot);
}

}  // namespace

std::vector<Problem> broken_rules(const Slot& root, const std::string& pointer) {
  std::vector<Problem> problems;
  check_slot(root, Scope(problems, pointer));
  return problems;
}

}  // namespace headroom
