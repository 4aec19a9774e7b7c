#include "compare/headline.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "base/text.hpp"
#include "compare/topic.hpp"

namespace headroom {
namespace {

bool is_impact(const std::string& pointer) {
  return pointer.starts_with("/impact_fraction/");
}

/// The steps of a pointer as words, without those that only say which part of a result it is in.
std::string label_of(const std::string& pointer) {
  std::vector<std::string> words;
  for (auto at = Json::json_pointer(pointer); !at.empty(); at.pop_back())
    if (at.back() != "latency") words.insert(words.begin(), at.back());
  const std::string before = is_impact(pointer) ? "impact on " : "";
  if (is_impact(pointer)) words.erase(words.begin());
  if (words.size() > 1) words.erase(words.begin());
  return before + join(words, " ");
}

std::string change_of(const Move& move) {
  if (move.kind == MoveKind::gone) return "is gone";
  if (move.kind == MoveKind::appeared) return "is new";
  if (move.base->is_number_float() && move.relative_fraction && !is_impact(move.pointer)) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%+.3g %%", 100 * *move.relative_fraction);
    return text.data();
  }
  return brief(*move.base) + " -> " + brief(*move.now);
}

std::string subject_of(const Move& move) {
  if (move.pointer.empty()) return "point " + move.point;
  return label_of(move.pointer) + (move.point.empty() ? "" : " at " + move.point);
}

}  // namespace

MoveWords words_for(const Move& move) {
  return {one_line(subject_of(move)), one_line(change_of(move))};
}

std::vector<Move> weightiest(const Comparison& comparison, std::size_t most) {
  std::vector<Move> moves = comparison.moved;
  const auto weight = [](const Move& move) {
    return move.pointer.empty() ? 0 : topic_of(move.pointer) + (is_rounding(move.pointer) ? 1 : 0);
  };
  std::ranges::stable_sort(moves, std::less(), weight);
  moves.resize(std::min(moves.size(), most));
  return moves;
}

std::string count_sentence(const Comparison& comparison) {
  if (!comparison.moved.empty())
    return grouped(comparison.moved.size()) + " of " + counted(comparison.compared, "value") + " moved beyond " +
           (comparison.moved.size() == 1 ? "its" : "their") + " tolerance";
  if (comparison.within == 0) return counted(comparison.compared, "value") + ": all equal";
  return counted(comparison.compared, "value") + ": none moved beyond its tolerance";
}

std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
  return text;
}

std::string brief(const Json& value) {
  if (!value.is_number_float()) return value.dump();
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value.get<double>());
  return text.data();
}

}  // namespace headroom
