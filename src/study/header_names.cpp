#include "study/header_names.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>

namespace headroom {
namespace {

/// A pointer whose last `steps` steps are its name.
struct NamedPart {
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
NamedPart named_part(const std::string& pointer) {
  NamedPart column;
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
  std::vector<NamedPart> columns;
  std::ranges::transform(pointers, std::back_inserter(columns), named_part);
  for (bool grew = true; grew;) {
    std::map<std::string, int> uses;
    for (const std::string& name : taken) ++uses[name];
    for (const NamedPart& column : columns) ++uses[column.name()];
    grew = false;
    for (NamedPart& column : columns) {
      if (!column.can_grow() || (uses[column.name()] == 1 && !begins_with_digit(column.name()))) continue;
      ++column.steps;
      grew = true;
    }
  }
  std::map<std::string, int> uses;
  for (const std::string& name : taken) ++uses[name];
  std::vector<std::string> names;
  for (const NamedPart& column : columns) {
    std::string name = column.name();
    if (const int before = uses[name]++; before > 0) name += "_" + std::to_string(before + 1);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace headroom
