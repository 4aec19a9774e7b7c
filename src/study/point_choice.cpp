#include "study/point_choice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr double kShownDigits = 1e4;

double value_of(const Json& row, const std::string& pointer, const std::string& file) {
  const auto found = row.find(pointer);
  if (found == row.end() || !found->is_number())
    throw InputError(
        file, "\"" + pointer + "\" is no column of the sweep that has a number at \"" + row.value("point", "") + "\"");
  return found->get<double>();
}

std::string shown(const Json& value) {
  return shortest(std::round(value.get<double>() * kShownDigits) / kShownDigits);
}

std::string values_text(const Json& row, const std::vector<ChoiceLimit>& limits) {
  std::vector<std::string> parts;
  parts.reserve(limits.size());
  for (const ChoiceLimit& limit : limits)
    parts.push_back(limit.pointer + " " + shown(row.at(limit.pointer)) +
                    (row.at(limit.pointer).get<double>() > limit.most ? "!" : ""));
  return join(parts, ", ");
}

/// By how much the limit that it passes most is passed; at most 1 where it keeps all.
double excess(const Json& row, const std::vector<ChoiceLimit>& limits, const std::string& file) {
  double most = 0;
  for (const ChoiceLimit& limit : limits) most = std::max(most, value_of(row, limit.pointer, file) / limit.most);
  return most;
}

}  // namespace

std::vector<ChoiceLimit> choice_limits(const std::vector<std::string>& assignments) {
  std::vector<ChoiceLimit> limits;
  for (const std::string& text : assignments) {
    const std::size_t equals = text.rfind('=');
    char* end = nullptr;
    const double most = equals == std::string::npos ? 0 : std::strtod(text.c_str() + equals + 1, &end);
    if (!text.starts_with('/') || end == nullptr || *end != '\0' || !std::isfinite(most) || most <= 0)
      throw InputError("--limit " + text, "must be /json/pointer=NUMBER, with a number above 0");
    limits.push_back({text.substr(0, equals), most});
  }
  return limits;
}

PointChoice choose_point(const Json& sweep, const std::string& file, const std::string& least,
                         const std::vector<ChoiceLimit>& limits) {
  const Json& rows = sweep.at("points");
  PointChoice choice;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].value("outcome", "") == "done") choice.by.push_back(i);
  if (choice.by.empty()) throw InputError(file, "no point of the sweep is done");
  std::ranges::stable_sort(choice.by, {}, [&](std::size_t i) { return value_of(rows[i], least, file); });
  for (const std::size_t i : choice.by) choice.keeps.push_back(excess(rows[i], limits, file) <= 1);
  const auto first = std::ranges::find(choice.keeps, true);
  if (first != choice.keeps.end()) {
    choice.chosen = choice.by[static_cast<std::size_t>(first - choice.keeps.begin())];
    return choice;
  }
  const auto closest =
      std::ranges::min_element(choice.by, {}, [&](std::size_t i) { return excess(rows[i], limits, file); });
  throw InputError(file, "no point keeps the limits: the closest, \"" + rows[*closest].value("point", "") + "\", has " +
                             values_text(rows[*closest], limits));
}

std::string choice_text(const PointChoice& choice, const Json& sweep, const std::string& least,
                        const std::vector<ChoiceLimit>& limits) {
  const Json& rows = sweep.at("points");
  std::string text;
  for (const std::size_t i : choice.by)
    text += rows[i].value("point", "") + ": " + least + " " + shown(rows[i].at(least)) +
            (limits.empty() ? "" : ", " + values_text(rows[i], limits)) + "\n";
  text += "\n" + rows[choice.chosen].value("point", "") + " has the least " + least + " of the ";
  if (limits.empty()) return text + counted(choice.by.size(), "point") + ".\n";
  return text + std::to_string(std::ranges::count(choice.keeps, true)) + " of " + counted(choice.by.size(), "point") +
         " that keep " + (limits.size() == 1 ? "the limit" : "the limits") + ".\n";
}

}  // namespace headroom
