#include "study/column_names.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>

namespace headroom {
namespace {

/// A pointer whose last `steps` steps are its name.
struct Column {
  std::vector<std::string> path;
  std::size_t steps = 1;

  [[nodiscard]] bool can_grow() const { return steps < path.size(); }
  [[nodiscard]] std::string name() const {
    std::string name;
    for (std::size_t i = path.size() - std::min(steps, path.size()); i < path.size(); ++i)
      name += (name.empty() ? "" : "_") + path[i];
    return name;
  }
};

/// What is neither letter nor digit becomes `_`.
Column column_of(const std::string& pointer) {
  Column column;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      column.path.emplace_back();
      continue;
    }
    const bool fits = std::isalnum(static_cast<unsigned char>(pointer[i])) != 0;
    if (column.path.empty()) column.path.emplace_back();
    column.path.back() += fits ? pointer[i] : '_';
    if (pointer[i] == '~') ++i;  // of an escape
  }
  return column;
}

bool begins_with_digit(const std::string& name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) != 0;
}

}  // namespace

std::vector<std::string> brief_names(const std::vector<std::string>& pointers, const std::vector<std::string>& taken) {
  std::vector<Column> columns;
  std::ranges::transform(pointers, std::back_inserter(columns), column_of);
  for (bool grew = true; grew;) {
    std::map<std::string, int> uses;
    for (const std::string& name : taken) ++uses[name];
    for (const Column& column : columns) ++uses[column.name()];
    grew = false;
    for (Column& column : columns) {
      if (!column.can_grow() || (uses[column.name()] == 1 && !begins_with_digit(column.name()))) continue;
      ++column.steps;
      grew = true;
    }
  }
  std::map<std::string, int> uses;
  for (const std::string& name : taken) ++uses[name];
  std::vector<std::string> names;
  for (const Column& column : columns) {
    std::string name = column.name();
    if (const int before = uses[name]++; before > 0) name += "_" + std::to_string(before + 1);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace headroom
