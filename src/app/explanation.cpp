#include "app/explanation.hpp"

#include <algorithm>

namespace headroom {
namespace {

/// Takes the first step off a pointer.
std::string_view take_step(std::string_view& pointer) {
  const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
  const std::string_view step = pointer.substr(0, end);
  pointer.remove_prefix(end);
  return step;
}

bool step_stands_for(std::string_view written, std::string_view step) {
  const bool is_index = step.size() > 1 && step.find_first_not_of("0123456789", 1) == std::string_view::npos;
  return written == step || written == "/NAME" || (written == "/N" && is_index);
}

/// The rest of the line, and one of its own for what a value means, where that is said.
std::string meaning(const std::string& text) {
  return text.empty() ? "\n" : "\n      " + text + "\n";
}

}  // namespace

std::string explanation(const ReferenceRow& row) {
  if (!row.chosen.empty()) return "  " + row.pointer + " = " + row.chosen + meaning(row.meaning);
  std::string text = "  " + row.pointer + "  " + row.type;
  if (!row.range.empty()) text += ", " + row.range;
  if (row.value == "required") text += ", required";
  else if (!row.value.empty()) text += ", default " + row.value;
  if (!row.of_kind.empty()) text += ", of kind " + row.of_kind;
  return text + meaning(row.meaning);
}

std::string explanation(const ResultField& row) {
  return "  " + row.pointer + "  " + row.type + meaning(row.meaning);
}

bool stands_for(std::string_view written, std::string_view pointer) {
  while (!written.empty() && !pointer.empty())
    if (!step_stands_for(take_step(written), take_step(pointer))) return false;
  return written.empty() && pointer.empty();
}

std::string_view parent_of(std::string_view pointer) {
  return pointer.substr(0, std::min(pointer.rfind('/'), pointer.size()));
}

}  // namespace headroom
