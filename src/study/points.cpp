#include "study/points.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "study/axis.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostPoints = 100'000;
constexpr std::size_t kLongestName = 120;

using Values = std::vector<std::pair<std::string, Json>>;

struct Axis {
  std::string key;
  std::vector<AxisValue> values;
};

/// Axes that advance together, as indices.
using Group = std::vector<std::size_t>;

std::vector<AxisValue> values_of(const std::string& key, const Json& axis, const Scope& scope) {
  if (is_named_axis(key)) return variants(axis, scope);
  std::vector<AxisValue> values;
  for (const Json& value : axis_values(axis, scope)) values.push_back({value, {{key, value}}});
  return values;
}

std::vector<Axis> axes_of(const LoadedStudy& loaded, const Scope& scope) {
  std::vector<Axis> axes;
  for (const auto& [key, text] : loaded.study.axes)
    axes.push_back({key, values_of(key, Json::parse(text.text), scope.at(key))});
  return axes;
}

/// Conditions on values that an axis does not have would leave out what was meant to be there.
void check_condition_values(const LoadedStudy& loaded, const std::vector<Axis>& axes, const Scope& scope) {
  for (const auto& [key, conditions] : loaded.study.only_where)
    for (const auto& [other, wanted] : conditions) {
      const auto& values = std::ranges::find(axes, other, &Axis::key)->values;
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if (std::ranges::none_of(values,
                                 [&](const AxisValue& v) { return same_value(v.shown, Json::parse(wanted[i].text)); }))
          scope.at(key).at(other).at(i).problem("the axis has no value " + wanted[i].text);
    }
}

/// Whether an axis applies beside the values of those before it.
bool applies(const Study& study, const std::string& key, const Values& before) {
  const auto conditions = study.only_where.find(key);
  if (conditions == study.only_where.end()) return true;
  return std::ranges::all_of(conditions->second, [&](const auto& condition) {
    const auto value = std::ranges::find(before, condition.first, &Values::value_type::first);
    return value != before.end() && std::ranges::any_of(condition.second, [&](const JsonText& wanted) {
             return same_value(value->second, Json::parse(wanted.text));
           });
  });
}

/// Every axis is in one group: the linked ones in the group of their first, all others alone.
std::vector<Group> groups_of(const LoadedStudy& loaded, const std::vector<Axis>& axes, const Scope& scope) {
  const auto& linked = loaded.study.linked;
  std::vector<Group> groups;
  std::vector<std::size_t> group_of(linked.size(), axes.size());
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const auto link = std::ranges::find_if(
        linked, [&](const auto& names) { return std::ranges::find(names, axes[a].key) != names.end(); });
    const auto l = static_cast<std::size_t>(link - linked.begin());
    if (link != linked.end() && group_of[l] < axes.size()) {
      Group& group = groups[group_of[l]];
      const Axis& first = axes[group.front()];
      if (axes[a].values.size() != first.values.size())
        scope.at(l).problem(first.key + " has " + std::to_string(first.values.size()) + " values, but " + axes[a].key +
                            " has " + std::to_string(axes[a].values.size()));
      group.push_back(a);
      continue;
    }
    if (link != linked.end()) group_of[l] = groups.size();
    groups.push_back({a});
  }
  return groups;
}

/// A part of a name in which what is odd in a file name, or has a meaning in a point's, is `_`.
std::string fit(std::string part) {
  for (char& c : part)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && std::string_view("._+-").find(c) == std::string_view::npos)
      c = '_';
  return part;
}

/// `policy=polca,site.servers=52`; where a part is not fit as it is, a hash tells names apart. The names of variants
/// are made to be read, and go without.
std::string name_of(const Values& values) {
  std::string text, name;
  for (const auto& [key, given] : values) {
    std::string axis = is_named_axis(key) ? key : key.substr(1);
    std::ranges::replace(axis, '/', '.');
    std::string value = given.is_string() ? given.get<std::string>() : given.dump();
    if (is_named_axis(key)) value = fit(value);
    const char* comma = text.empty() ? "" : ",";
    text += comma + axis + "=" + value;
    name += comma + fit(axis) + "=" + fit(value);
  }
  name.resize(std::min(name.size(), kLongestName));
  if (name == text) return name;
  return name + "-" + hex(hash(0, text));
}

Override override_of(const LoadedStudy& loaded, const std::string& pointer, Json value, const std::string& at) {
  return {pointer, std::move(value), loaded.file + ": " + at, loaded.file, at, loaded.folder};
}

/// The point at these places of the axes; an axis that does not apply is left out.
Point point_at(const LoadedStudy& loaded, const std::vector<Axis>& axes, const std::vector<std::size_t>& at) {
  Point point;
  for (const auto& [pointer, text] : loaded.study.set)
    point.overrides.push_back(override_of(loaded, pointer, Json::parse(text.text), "/set/" + pointer_step(pointer)));
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const auto& [key, values] = axes[a];
    if (!applies(loaded.study, key, point.values)) continue;
    const AxisValue& value = values[at[a]];
    std::string where = "/axes/" + pointer_step(key);
    if (is_named_axis(key)) where += "/" + pointer_step(value.shown.get<std::string>());
    point.values.emplace_back(key, value.shown);
    for (const auto& [pointer, put] : value.puts) {
      const std::string below = is_named_axis(key) ? "/" + pointer_step(pointer) : "";
      point.overrides.push_back(override_of(loaded, pointer, put, where + below));
    }
  }
  point.name = name_of(point.values);
  return point;
}

/// Whether a point differs from another one only in axes that do not apply to it.
bool is_repeated(const Point& point, const std::vector<Axis>& axes, const std::vector<Group>& groups,
                 const std::vector<std::size_t>& at) {
  const auto has = [&](std::size_t a) {
    return std::ranges::find(point.values, axes[a].key, &Values::value_type::first) != point.values.end();
  };
  return std::ranges::any_of(
      groups, [&](const Group& group) { return at[group.front()] != 0 && std::ranges::none_of(group, has); });
}

/// Combines the groups, the last one varying fastest.
std::vector<Point> combined(const LoadedStudy& loaded, const std::vector<Axis>& axes,
                            const std::vector<Group>& groups) {
  std::vector<Point> points;
  std::vector<std::size_t> at(axes.size(), 0);
  while (true) {
    if (Point point = point_at(loaded, axes, at); !is_repeated(point, axes, groups, at))
      points.push_back(std::move(point));
    std::size_t g = groups.size();
    while (g > 0) {
      const Group& group = groups[g - 1];
      const std::size_t next = (at[group.front()] + 1) % axes[group.front()].values.size();
      for (const std::size_t a : group) at[a] = next;
      if (next != 0) break;
      --g;
    }
    if (g == 0) return points;
  }
}

void check_size(const LoadedStudy& loaded, const std::vector<Axis>& axes, const std::vector<Group>& groups) {
  std::size_t points = 1;
  for (const Group& group : groups) {
    points *= axes[group.front()].values.size();
    if (points > kMostPoints) throw InputError(loaded.file + ": /axes", "make more than 100,000 points");
  }
}

using Index = std::unordered_map<std::string, std::size_t>;

/// Points by their names, which a text and a number that read alike could make equal.
Index index_of(const LoadedStudy& loaded, const std::vector<Point>& points) {
  Index index;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (!index.emplace(points[i].name, i).second)
      throw InputError(loaded.file + ": /axes", "two points would both be called " + points[i].name);
  return index;
}

/// The values of the reference as the points have them (a 1 may be 1.0 there); an InputError where an axis has no such.
std::unordered_map<std::string, Json> reference_values(const LoadedStudy& loaded, const std::vector<Point>& points) {
  std::unordered_map<std::string, Json> values;
  for (const auto& entry : loaded.study.reference) {
    const std::string& axis = entry.first;
    const Json wanted = Json::parse(entry.second.text);
    const auto has = [&](const auto& value) { return value.first == axis && same_value(value.second, wanted); };
    for (const Point& point : points)
      if (const auto found = std::ranges::find_if(point.values, has); found != point.values.end()) {
        values[axis] = found->second;
        break;
      }
    if (!values.contains(axis))
      throw InputError(loaded.file + ": /reference/" + pointer_step(axis),
                       "the axis has no value " + entry.second.text);
  }
  return values;
}

}  // namespace

std::vector<Point> points_of(const LoadedStudy& loaded) {
  std::vector<Problem> problems;
  const Scope scope(problems, loaded.file + ": ");
  const std::vector<Axis> axes = axes_of(loaded, scope.at("axes"));
  const std::vector<Group> groups = groups_of(loaded, axes, scope.at("linked"));
  check_condition_values(loaded, axes, scope.at("only_where"));
  if (!problems.empty()) throw InputError(std::move(problems));
  check_size(loaded, axes, groups);
  auto points = combined(loaded, axes, groups);
  (void)index_of(loaded, points);
  return points;
}

std::vector<std::size_t> references_of(const LoadedStudy& loaded, const std::vector<Point>& points) {
  std::vector<std::size_t> references;
  if (loaded.study.reference.empty()) return references;
  const Index index = index_of(loaded, points);
  const auto wanted = reference_values(loaded, points);
  for (const Point& point : points) {
    Values values;
    for (const auto& [axis, value] : point.values) {
      const auto other = wanted.find(axis);
      if (applies(loaded.study, axis, values)) values.emplace_back(axis, other == wanted.end() ? value : other->second);
    }
    const auto found = index.find(name_of(values));
    if (found == index.end())
      throw InputError(loaded.file + ": /reference", "no point has these values beside those of " + point.name);
    references.push_back(found->second);
  }
  return references;
}

}  // namespace headroom
