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
#include <variant>
#include <vector>

#include "headroom/problem.hpp"
#include "headroom/quantity.hpp"
#include "headroom/range.hpp"

namespace headroom {

/// How one value is called in a configuration, and what it means.
struct Field {
  std::string_view name;  ///< ends in its unit where it has one (`_s`, `_w`, `_mhz`, ...)
  std::string_view doc;
  Range range{};
  bool required = false;
};

class Fields;
struct Slot;

/// What a number measures: exponents of energy, time and temperature, and whether it is a point on its scale (a
/// temperature in degrees Celsius) or an amount.
struct Dimension {
  int energy = 0;
  int time = 0;
  int temperature = 0;
  bool is_point = false;
  bool operator==(const Dimension&) const = default;
};

/// A number that the configuration holds in the unit its name ends in; `value` is in SI units.
struct NumberSlot {
  double value;
  std::function<void(double)> assign;
  std::optional<Dimension> dimension;  ///< none for a plain number
};
struct IntegerSlot {
  std::uint64_t value;
  std::uint64_t largest;
  std::function<void(std::uint64_t)> assign;
};
struct BoolSlot {
  bool& value;
};
struct TextSlot {
  std::string& value;
};
/// Any JSON value, kept as its text.
struct JsonSlot {
  std::string& text;
};
/// One of a fixed set of words.
struct WordSlot {
  std::vector<std::string_view> words;
  std::size_t value;
  std::function<void(std::size_t)> assign;
};
struct ObjectSlot {
  std::function<void(Fields&)> walk;
};
struct OptionalSlot {
  bool engaged;
  std::function<Slot()> emplace;  ///< makes the value exist and returns it
};
struct ListSlot {
  std::size_t size;
  std::function<Slot(std::size_t)> at;
  std::function<void()> clear;
  std::function<Slot()> append;
};
struct MapSlot {
  std::vector<std::string> keys;
  std::function<Slot(const std::string&)> at;  ///< makes the entry exist
  bool sorted = true;                          ///< else in order of the document, which then means something
};
/// A JSON value that the program passes on or looks at later.
struct JsonText {
  std::string text = "null";
};
/// One of several kinds of object, told apart by the key `kind`.
struct ChoiceSlot {
  struct Alternative {
    std::string_view kind;
    std::string_view doc;
  };
  std::vector<Alternative> alternatives;
  std::string current;  ///< empty where none is chosen yet
  std::function<ObjectSlot(std::string_view)> choose;
};

/// A typed reference to one configuration value, through which a driver (reader, schema, reference page) reaches it.
struct Slot : std::variant<NumberSlot, IntegerSlot, BoolSlot, TextSlot, JsonSlot, WordSlot, ObjectSlot, OptionalSlot,
                           ListSlot, MapSlot, ChoiceSlot> {
  using variant::variant;
};

template <class T>
concept HasFields = requires(T& value, Fields& fields) {
  value.fields(fields);
};

/// A struct with rules between its values says in `void check(const Scope&) const` which of them are broken.
template <class T>
concept HasCheck = requires(const T& value, const Scope& scope) {
  value.check(scope);
};

/// Visits the values of a configuration struct. A struct declares them once, in `void fields(Fields&)`;
/// the JSON reader, `resolved.json`, the JSON Schema, the reference page and the check of its rules are drivers of that
/// declaration.
class Fields {
 public:
  virtual ~Fields() = default;

  template <class T>
  void operator()(std::string_view name, T& value, std::string_view doc, Range range = {});

  /// A value without a default: its absence is a problem.
  template <class T>
  void required(std::string_view name, T& value, std::string_view doc, Range range = {});

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
  MapSlot slot{{}, [&value](const std::string& key) { return slot_of(value[key]); }, true};
  for (const auto& [key, unused] : value) slot.keys.push_back(key);
  return slot;
}

template <class T>
Slot slot_of(std::vector<std::pair<std::string, T>>& value) {
  MapSlot slot{{},
               [&value](const std::string& key) {
                 for (auto& entry : value)
                   if (entry.first == key) return slot_of(entry.second);
                 return slot_of(value.emplace_back(key, T()).second);
               },
               false};
  for (const auto& entry : value) slot.keys.push_back(entry.first);
  return slot;
}

template <class T>
void Fields::operator()(std::string_view name, T& value, std::string_view doc, Range range) {
  visit(Field{name, doc, range, false}, slot_of(value));
}

template <class T>
void Fields::required(std::string_view name, T& value, std::string_view doc, Range range) {
  visit(Field{name, doc, range, true}, slot_of(value));
}

}  // namespace headroom
