#include "trace/classes.hpp"

#include <algorithm>

#include "headroom/fields.hpp"

namespace headroom {

bool is_class_name(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

ClassId ClassTable::add(std::string_view type, Priority priority) {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].type == type && entries_[i].priority == priority) return ClassId(i);
  const std::string word = word_of(priority);
  std::string name(type);
  if (!name.empty()) name += '_';
  name += word;
  entries_.push_back({std::string(type), std::move(name), priority});
  return ClassId(entries_.size() - 1);
}

bool ClassTable::typed() const {
  return std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.type.empty(); });
}

TypeClasses::TypeClasses(ClassTable& table, std::string_view type, double high_priority_share)
    : high_share(high_priority_share) {
  if (high_share < 1.0) low = table.add(type, Priority::low);
  if (high_share > 0.0) high = table.add(type, Priority::high);
}

}  // namespace headroom
