#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headroom/problem.hpp"
#include "headroom/quantity.hpp"
#include "headroom/range.hpp"
#include "headroom/slot.hpp"

namespace headroom {

template <class T>
concept HasFields = requires(T& value, Fields& fields) {
  value.fields(fields);
};

/// A struct with rules between its values says in `void check(const Scope&) const` which of them are broken.
template <class T>
concept HasCheck = requires(const T& value, const Scope& scope) {
  value.check(scope);
};

/// Visits the values of a struct, which declares them once, in `void fields(Fields&)`. Of a configuration the JSON
/// reader, `resolved.json`, the JSON Schema, the reference page and the check of its rules are drivers of that
/// declaration; of a result, where it is const, `summary.json` and the page that explains it are.
class Fields {
 public:
  virtual ~Fields() = default;

  template <class T>
  void operator()(std::string_view name, T& value, std::string_view doc, Range range = {});

  /// A value without a default: its absence is a problem.
  template <class T>
  void required(std::string_view name, T& value, std::string_view doc, Range range = {});

  /// A result: it is only read.
  template <class T>
  void operator()(std::string_view name, const T& value, std::string_view doc) {
    show(Field{name, doc}, value);
  }

  /// A result that stands there also where there is nothing in it.
  template <class T>
  void required(std::string_view name, const T& value, std::string_view doc) {
    show(Field{name, doc, {}, true}, value);
  }

  /// Results by their names, and beside them in the same object values of all of them.
  template <class T>
  void named(std::string_view name, T results, std::string_view doc, std::function<void(Fields&)> beside) {
    Slot slot = slot_of(results);
    std::get<MapSlot>(slot).beside = std::move(beside);
    visit(Field{name, doc}, slot);
  }

  /// Values that stand in an object of their own.
  void group(std::string_view name, std::string_view doc, const std::function<void(Fields&)>& walk) {
    visit(Field{name, doc}, ObjectSlot{walk});
  }

  /// The values of a struct, then its rules: of the whole object, or of a part whose values stand among those of
  /// others.
  template <HasFields T>
  void part(T& value) {
    value.fields(*this);
    if constexpr (HasCheck<T>) rules([&value](const Scope& scope) { value.check(scope); });
  }

 protected:
  virtual void visit(const Field& field, const Slot& slot) = 0;
  /// What a driver that checks rules asks, where the struct stands that was just visited.
  virtual void rules(const std::function<void(const Scope&)>& /*check*/) {}

 private:
  template <class T>
  void show(const Field& field, const T& value);
  template <HasFields T>
  void show(const Field& field, const std::optional<T>& value);
};

/// An enumeration declares its words in order of its values: `std::array<std::string_view, N> words_of(E)`.
template <class E>
concept Wordy = std::is_enum_v<E> && requires(E e) {
  words_of(e);
};

/// The word of an enumeration value.
template <Wordy E>
std::string word_of(E value) {
  return std::string(words_of(value)[static_cast<std::size_t>(value)]);
}

/// Where a polymorphic value comes from: a plain list of kinds and how each is made, and copied where that is needed.
template <class Base>
struct Kind {
  std::string_view kind;
  std::string_view doc;
  std::unique_ptr<Base> (*make)();
  std::unique_ptr<Base> (*copy)(const Base&) = nullptr;
};

/// A configuration value that is one of several kinds; `Base` has `fields(Fields&)`, the list outlives the value.
template <class Base>
struct Choice {
  std::span<const Kind<Base>> kinds;
  std::string kind;
  std::unique_ptr<Base> value;
};

inline Slot slot_of(double& value) {
  return NumberSlot{value, [&value](double v) { value = v; }, std::nullopt};
}
template <int E, int T, int K>
Slot slot_of(Quantity<E, T, K>& value) {
  return NumberSlot{value.value(), [&value](double v) { value = Quantity<E, T, K>(v); }, Dimension{E, T, K}};
}
inline Slot slot_of(Celsius& value) {
  return NumberSlot{value.value(), [&value](double v) { value = Celsius(v); }, Dimension{0, 0, 1, true}};
}
inline Slot slot_of(bool& value) {
  return BoolSlot{value};
}
inline Slot slot_of(std::string& value) {
  return TextSlot{value};
}

inline Slot slot_of(JsonText& value) {
  return JsonSlot{value.text};
}

template <std::unsigned_integral I>
Slot slot_of(I& value) {
  return IntegerSlot{value, std::numeric_limits<I>::max(), [&value](std::uint64_t v) { value = static_cast<I>(v); }};
}

template <Wordy E>
Slot slot_of(E& value) {
  const auto words = words_of(value);
  return WordSlot{{words.begin(), words.end()}, static_cast<std::size_t>(value), [&value](std::size_t v) {
                    value = static_cast<E>(v);
                  }};
}

template <HasFields T>
Slot slot_of(T& value) {
  return ObjectSlot{[&value](Fields& fields) { fields.part(value); }};
}

/// A result that stands elsewhere; without one, one that is new, for who describes it.
template <HasFields T>
Slot slot_of(const T*& value) {
  return ObjectSlot{[value](Fields& fields) {
    if (value != nullptr) return fields.part(*value);
    const T unmade{};
    fields.part(unmade);
  }};
}

template <class T>
Slot slot_of(std::optional<T>& value);
template <class T>
Slot slot_of(std::vector<T>& value);
template <class T>
Slot slot_of(std::map<std::string, T>& value);
/// A map in order of the document.
template <class T>
Slot slot_of(std::vector<std::pair<std::string, T>>& value);

template <class Base>
Slot slot_of(Choice<Base>& value) {
  ChoiceSlot slot{{}, value.kind, [&value](std::string_view kind) {
                    for (const auto& entry : value.kinds)
                      if (entry.kind == kind && value.kind != kind) {
                        value.kind = kind;
                        value.value = entry.make();
                      }
                    return ObjectSlot{[&value](Fields& fields) { fields.part(*value.value); }};
                  }};
  for (const auto& entry : value.kinds) slot.alternatives.push_back({entry.kind, entry.doc});
  return slot;
}

template <class T>
Slot slot_of(std::optional<T>& value) {
  return OptionalSlot{value.has_value(), [&value] { return slot_of(value ? *value : value.emplace()); }};
}

template <class T>
Slot slot_of(std::vector<T>& value) {
  return ListSlot{value.size(), [&value](std::size_t i) { return slot_of(value[i]); }, [&value] { value.clear(); },
                  [&value] { return slot_of(value.emplace_back()); }};
}

template <class T>
Slot slot_of(std::map<std::string, T>& value) {
  return MapSlot{[&value](const MapSlot::Use& use) {
                   for (auto& [key, entry] : value) use(key, slot_of(entry));
                 },
                 [&value](const std::string& key) { return slot_of(value[key]); }, true};
}

template <class T>
Slot slot_of(std::vector<std::pair<std::string, T>>& value) {
  return MapSlot{[&value](const MapSlot::Use& use) {
                   for (auto& [key, entry] : value) use(key, slot_of(entry));
                 },
                 [&value](const std::string& key) {
                   for (auto& entry : value)
                     if (entry.first == key) return slot_of(entry.second);
                   return slot_of(value.emplace_back(key, T()).second);
                 },
                 false};
}

template <class T>
void Fields::operator()(std::string_view name, T& value, std::string_view doc, Range range) {
  visit(Field{name, doc, range, false}, slot_of(value));
}

template <class T>
void Fields::required(std::string_view name, T& value, std::string_view doc, Range range) {
  visit(Field{name, doc, range, true}, slot_of(value));
}

template <class T>
void Fields::show(const Field& field, const T& value) {
  if constexpr (HasFields<const T>) {
    visit(field, slot_of(value));
  } else {
    T copy = value;
    visit(field, slot_of(copy));
  }
}

template <HasFields T>
void Fields::show(const Field& field, const std::optional<T>& value) {
  const T* there = value ? &*value : nullptr;
  visit(field, OptionalSlot{value.has_value(), [&there] { return slot_of(there); }});
}

/// Results by their names, as a field shows them.
template <HasFields T>
std::vector<std::pair<std::string, const T*>> by_name(const std::vector<T>& results, std::string T::*name) {
  std::vector<std::pair<std::string, const T*>> named;
  named.reserve(results.size());
  for (const T& result : results) named.emplace_back(result.*name, &result);
  return named;
}

}  // namespace headroom
