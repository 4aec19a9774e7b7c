#include "compare/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "config/reader.hpp"

namespace headroom {
namespace {

/// Takes the first step off a pointer that is not empty.
std::string_view take_step(std::string_view& pointer) {
  const std::string_view step = pointer.substr(1, pointer.find('/', 1) - 1);
  pointer.remove_prefix(1 + step.size());
  return step;
}

bool matches(std::string_view prefix, std::string_view pointer) {
  while (!prefix.empty()) {
    if (pointer.empty()) return false;
    const std::string_view wanted = take_step(prefix), given = take_step(pointer);
    if (wanted != "*" && wanted != given) return false;
  }
  return true;
}

/// Whether prefix `a` decides where `b` matches, too.
bool decides(std::string_view a, std::string_view b) {
  const auto steps_a = std::ranges::count(a, '/'), steps_b = std::ranges::count(b, '/');
  if (steps_a != steps_b) return steps_a > steps_b;
  while (!a.empty()) {
    const bool any_a = take_step(a) == "*", any_b = take_step(b) == "*";
    if (any_a != any_b) return any_b;
  }
  return false;
}

/// `; did you mean "…"?` with a pointer, or the beginning of one.
std::string did_you_mean_of(const std::string& prefix, std::span<const std::string> pointers) {
  std::set<std::string> beginnings;
  for (std::string pointer : pointers)
    for (; !pointer.empty(); pointer.resize(pointer.rfind('/'))) beginnings.insert(pointer);
  return did_you_mean(prefix, std::vector(beginnings.begin(), beginnings.end()));
}

std::string problem_of(const std::string& prefix, std::span<const std::string> pointers) {
  if (!prefix.empty() && prefix.front() != '/') return "must be a JSON pointer: empty, or begin with /";
  if (std::ranges::any_of(pointers, [&](const auto& pointer) { return matches(prefix, pointer); })) return "";
  return "matches none of the compared values" + did_you_mean_of(prefix, pointers);
}

}  // namespace

/// The file as an object whose keys are what stands in it. A plain number is a relative tolerance.
struct Tolerances::File {
  const Json& json;
  std::vector<Entry>& entries;

  void fields(Fields& fields) {
    for (Entry& entry : entries) {
      const Json& given = json.at(entry.prefix);
      Tolerance& tolerance = entry.tolerance;
      if (given.is_object()) fields(entry.prefix, tolerance, "tolerance of the values below this pointer");
      else read_number(fields, entry.prefix, given, tolerance);
    }
  }

  /// The reader checks the number but does not give it: it would take the end of the pointer for the number's unit.
  static void read_number(Fields& fields, const std::string& prefix, const Json& given, Tolerance& tolerance) {
    double in_some_unit = 0;
    fields(prefix, in_some_unit, "relative tolerance of the values below this pointer", Range::non_negative());
    if (given.is_number()) tolerance.relative_fraction = given.get<double>();
  }
};

bool Tolerance::holds(double base, double now) const {
  const double change = std::abs(now - base);
  return change <= relative_fraction * std::abs(base) || change <= absolute;
}

Tolerances::Tolerances(const std::filesystem::path& file, std::span<const std::string> pointers) {
  const ConfigFolders folders({});
  const Document document(file, folders);
  for (const auto& [prefix, unused] : document.json().items()) entries_.push_back({prefix, {}});
  File root{document.json(), entries_};
  std::vector<Problem> problems;
  read_config(document, slot_of(root), problems);
  for (const Entry& entry : entries_)
    if (std::string what = problem_of(entry.prefix, pointers); !what.empty())
      problems.push_back({document.where("/" + pointer_step(entry.prefix)), std::move(what)});
  if (!problems.empty()) throw InputError(std::move(problems));
  std::ranges::stable_sort(entries_, [](const Entry& a, const Entry& b) { return decides(a.prefix, b.prefix); });
}

const Tolerance& Tolerances::at(std::string_view pointer) const {
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return matches(entry.prefix, pointer); });
  return found == entries_.end() ? exact_ : found->tolerance;
}

}  // namespace headroom
