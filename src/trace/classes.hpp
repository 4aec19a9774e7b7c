#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/id.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// Whether a type of request may be called so: letters, digits, underscore, point and hyphen.
[[nodiscard]] bool is_class_name(std::string_view text);

/// The request classes of a run: each dense ClassId is one type of request at one priority.
class ClassTable {
 public:
  /// The id of the class, which is made where it does not exist yet.
  ClassId add(std::string_view type, Priority priority);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// What the class is called in output: `high` where there are no types, else `chat_high`.
  [[nodiscard]] const std::string& name(ClassId id) const { return entries_[id.index()].name; }
  /// The type of request; empty where requests have no types.
  [[nodiscard]] const std::string& type(ClassId id) const { return entries_[id.index()].type; }
  [[nodiscard]] Priority priority(ClassId id) const { return entries_[id.index()].priority; }
  /// Under what configurations may name it, the most particular first: class, type (may be empty), priority, `all`.
  [[nodiscard]] std::array<std::string, 4> names_of(ClassId id) const {
    return {name(id), type(id), word_of(priority(id)), "all"};
  }
  /// True where any class has a type.
  [[nodiscard]] bool typed() const;

 private:
  struct Entry {
    std::string type;
    std::string name;
    Priority priority = Priority::low;
  };
  std::vector<Entry> entries_;
};

/// The classes of one type of request, and which share of its requests has high priority.
struct TypeClasses {
  /// Adds to the table only the classes that can occur: one of them where the share is 0 or 1.
  TypeClasses(ClassTable& table, std::string_view type, double high_priority_share);

  /// Gives a request its class and priority; `draw` is uniform in [0, 1).
  void assign(Request& request, double draw) const {
    const bool is_high = draw < high_share;
    request.request_class = is_high ? high : low;
    request.priority = is_high ? Priority::high : Priority::low;
  }

  ClassId low{};
  ClassId high{};
  double high_share = 0.0;
};

}  // namespace headroom
