#include "compare/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

/// The name of a sweep's study, which stands for the scenario and the metrics of its points.
constexpr const char* kStudy = "/study";

std::set<std::string> columns_of(const ResultTable& table) {
  std::set<std::string> columns;
  for (const auto& row : table.rows)
    for (const auto& value : row.values) columns.insert(value.pointer);
  return columns;
}

Json json_of(const ResultRow& row) {
  Json json = Json::object();
  for (const auto& [pointer, value] : row.values) json[pointer] = value;
  return json;
}

/// One comparison while it is made.
class Comparer {
 public:
  Comparer(const ResultTable& base, const ResultTable& now, const Tolerances& tolerances)
      : base_(base), now_(now), tolerances_(tolerances) {}

  Comparison compare() {
    if (base_.kind == ResultTable::Kind::sweep) {
      compare_values(kStudy, "", base_.name, now_.name);
      compare_columns();
    }
    std::map<std::string, const ResultRow*> unmatched;
    for (const auto& row : now_.rows) unmatched.emplace(row.key, &row);
    for (const auto& row : base_.rows) {
      if (const auto match = unmatched.extract(row.key)) compare_rows(row, *match.mapped());
      else count({MoveKind::gone, "", row.point, json_of(row)});
    }
    for (const auto& row : now_.rows)
      if (unmatched.contains(row.key)) count({MoveKind::appeared, "", row.point, std::nullopt, json_of(row)});
    std::ranges::stable_sort(result_.moved, std::greater(), [](const Move& move) {
      return move.relative_fraction ? std::abs(*move.relative_fraction) : HUGE_VAL;
    });
    return std::move(result_);
  }

 private:
  void compare_columns() {
    const std::set<std::string> base = columns_of(base_), now = columns_of(now_);
    for (const auto& pointer : base)
      if (!now.contains(pointer)) count_column(MoveKind::gone, pointer);
    for (const auto& pointer : now)
      if (!base.contains(pointer)) count_column(MoveKind::appeared, pointer);
  }

  void count_column(MoveKind kind, const std::string& pointer) {
    one_sided_columns_.insert(pointer);
    count({kind, pointer, ""});
  }

  void compare_rows(const ResultRow& base, const ResultRow& now) {
    std::map<std::string, const Json*> unmatched;
    for (const auto& [pointer, value] : now.values)
      if (!one_sided_columns_.contains(pointer)) unmatched.emplace(pointer, &value);
    for (const auto& [pointer, value] : base.values) {
      if (const auto match = unmatched.extract(pointer)) compare_values(pointer, base.point, value, *match.mapped());
      else if (!one_sided_columns_.contains(pointer)) count({MoveKind::gone, pointer, base.point, value});
    }
    for (const auto& [pointer, value] : now.values)
      if (unmatched.contains(pointer)) count({MoveKind::appeared, pointer, now.point, std::nullopt, value});
  }

  void compare_values(const std::string& pointer, const std::string& point, const Json& base, const Json& now) {
    if (tolerances_.at(pointer).ignore) return;
    if (same_value(base, now)) {
      ++result_.compared;
      ++result_.equal;
      return;
    }
    Move move{MoveKind::changed, pointer, point, base, now};
    if (base.is_number() && now.is_number()) note_change(move, base.get<double>(), now.get<double>());
    count(std::move(move));
  }

  /// Nothing where a number is beyond a `double`, or was divided by 0.
  static std::optional<double> finite(double number) {
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
  }

  /// Integers that differ may be one number as `double`s; that is no change that a tolerance could allow.
  static void note_change(Move& move, double from, double to) {
    if (from == to) return;
    move.change = finite(to - from);
    if (move.change) move.relative_fraction = finite(*move.change / std::abs(from));
  }

  /// Counts what differs, unless its tolerance says not to look at it.
  void count(Move move) {
    move.tolerance = tolerances_.at(move.pointer);
    if (move.tolerance.ignore) return;
    ++result_.compared;
    if (move.change && move.tolerance.holds(move.base->get<double>(), move.now->get<double>())) ++result_.within;
    else result_.moved.push_back(std::move(move));
  }

  const ResultTable& base_;
  const ResultTable& now_;
  const Tolerances& tolerances_;
  std::set<std::string> one_sided_columns_;
  Comparison result_;
};

}  // namespace

void check_comparable(const ResultTable& base, const ResultTable& now) {
  if (base.kind != now.kind)
    throw InputError(now.file, "is of a " + word_of(now.kind) + ", but " + base.file + " of a " + word_of(base.kind) +
                                   ": only two of a kind can be compared");
  if (base.axes != now.axes)
    throw InputError(now.file + ": /axes",
                     "must be those of " + base.file + " (" + join(base.axes, ", ") + "), not " + join(now.axes, ", "));
}

std::vector<std::string> pointers_of(const ResultTable& base, const ResultTable& now) {
  std::set<std::string> pointers = columns_of(base);
  pointers.merge(columns_of(now));
  pointers.insert("");
  if (base.kind == ResultTable::Kind::sweep) pointers.insert(kStudy);
  return {pointers.begin(), pointers.end()};
}

Comparison compare(const ResultTable& base, const ResultTable& now, const Tolerances& tolerances) {
  return Comparer(base, now, tolerances).compare();
}

}  // namespace headroom
