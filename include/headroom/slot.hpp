#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
  using Use = std::function<void(const std::string& key, const Slot&)>;
  std::function<void(const Use&)> each;        ///< calls with every entry that is there, in order
  std::function<Slot(const std::string&)> at;  ///< makes the entry exist
  bool sorted = true;                          ///< else in order of the document, which then means something
  std::function<void(Fields&)> beside{};       ///< of a result: values that stand among the entries
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

}  // namespace headroom
