#include "compare/comparison_writers.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>

#include "base/github.hpp"
#include "base/text.hpp"
#include "compare/headline.hpp"

namespace headroom {
namespace {

/// A comment on GitHub holds 65,536 characters.
constexpr std::size_t kMarkdownRows = 200;
constexpr std::size_t kHeadlineMoves = 3;

/// What is shown of one move; the first two are text, the others numbers.
using Cells = std::array<std::string, 6>;
constexpr std::size_t kPoint = 1, kTextCells = 2;
const Cells kHeadings = {"value", "point", "base", "new", "change", "relative"};

std::string formatted(const char* format, double number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

Cells cells_of(const Move& move) {
  const bool is_row = move.pointer.empty();
  Cells cells{is_row ? "(row)" : one_line(move.pointer), one_line(move.point)};
  if (move.base && !is_row) cells[2] = brief(*move.base);
  if (move.now && !is_row) cells[3] = brief(*move.now);
  if (move.kind == MoveKind::gone) cells[3] = "is gone";
  if (move.kind == MoveKind::appeared) cells[2] = "is new";
  if (move.change) cells[4] = formatted("%+.6g", *move.change);
  if (move.relative_fraction) cells[5] = formatted("%+.3g %%", 100 * *move.relative_fraction);
  return cells;
}

/// The rows under their headings, as lines of columns; a column that is empty in all rows is left out.
std::string aligned(const std::vector<Cells>& rows) {
  std::vector<std::string> text(rows.size() + 1);
  for (std::size_t i = 0; i < kHeadings.size(); ++i) {
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row[i].size());
    if (width == 0) continue;
    width = std::max(width, kHeadings[i].size());
    for (std::size_t line = 0; line < text.size(); ++line) {
      const std::string& cell = line == 0 ? kHeadings[i] : rows[line - 1][i];
      const std::string space(width - cell.size(), ' ');
      text[line] += (i == 0 ? "" : "  ") + (i < kTextCells ? cell + space : space + cell);
    }
  }
  for (auto& line : text) line.resize(line.find_last_not_of(' ') + 1);
  return join(text, "\n") + "\n";
}

std::string within(const Comparison& comparison) {
  return comparison.within == 0 ? "" : ", " + grouped(comparison.within) + " within it";
}

/// Text as code of Markdown, which nothing in it ends.
std::string markdown_code(std::string text) {
  std::ranges::replace(text, '`', '\'');
  return text.empty() ? "" : "`" + one_line(text) + "`";
}

/// As a cell of a Markdown table, in which neither `|` nor a backtick means anything.
std::string markdown_cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += (c == '|' || c == '`' ? "\\" : "") + std::string(1, c);
  return escaped;
}

Json side(const ResultTable& table) {
  return {{"path", table.path}, {"kind", word_of(table.kind)}, {"name", table.name}, {"version", table.version}};
}

Json json_of(const Tolerance& tolerance) {
  return {{"relative_fraction", tolerance.relative_fraction}, {"absolute", tolerance.absolute}};
}

Json json_of(const Move& move) {
  Json json = {{"pointer", move.pointer}};
  if (!move.point.empty()) json["point"] = move.point;
  json["move"] = word_of(move.kind);
  if (move.base) json["base"] = *move.base;
  if (move.now) json["new"] = *move.now;
  if (move.change) json["change"] = *move.change;
  if (move.relative_fraction) json["relative_change_fraction"] = *move.relative_fraction;
  json["tolerance"] = json_of(move.tolerance);
  return json;
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  std::string sentence = count_sentence(comparison) + within(comparison) + "\n";
  if (comparison.moved.empty()) return sentence;
  std::vector<Cells> rows;
  for (const Move& move : comparison.moved) rows.push_back(cells_of(move));
  return aligned(rows) + "\n" + sentence;
}

std::string comparison_headline(const Comparison& comparison, const ResultTable& now) {
  if (comparison.moved.empty()) return count_sentence(comparison);
  std::string text;
  for (const Move& move : weightiest(comparison, kHeadlineMoves)) {
    const MoveWords words = words_for(move);
    text += (text.empty() ? one_line(now.name) + ": " : ", ") + words.what + " " + words.how;
  }
  return text;
}

std::string comparison_markdown(const Comparison& comparison, const ResultTable& base, const ResultTable& now) {
  const std::string between =
      markdown_code(base.path) + " to " + markdown_code(now.path) + ", " + one_line(base.name) + "\n";
  if (comparison.moved.empty()) return "**" + count_sentence(comparison) + "**" + within(comparison) + "; " + between;
  const bool is_sweep = base.kind == ResultTable::Kind::sweep;
  const std::span shown(comparison.moved.data(), std::min(comparison.moved.size(), kMarkdownRows));
  std::string text = "**" + markdown_code(comparison_headline(comparison, now)) + "**\n\n<details><summary>" +
                     count_sentence(comparison) + within(comparison) + "</summary>\n\n" + between + "\n| value |" +
                     (is_sweep ? " point |" : "") + " base | new | change | relative |\n| --- |" +
                     (is_sweep ? " --- |" : "") + " ---: | ---: | ---: | ---: |\n";
  for (const Move& move : shown) {
    const Cells cells = cells_of(move);
    text += "|";
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (i != kPoint || is_sweep)
        text += " " + (i < kTextCells ? markdown_code(markdown_cell(cells[i])) : markdown_cell(cells[i])) + " |";
    text += "\n";
  }
  if (shown.size() < comparison.moved.size())
    text += "\nand " + grouped(comparison.moved.size() - shown.size()) + " more\n";
  return text + "\n</details>\n";
}

std::string comparison_annotation(const Comparison& comparison, const ResultTable& now) {
  const bool moved = !comparison.moved.empty();
  std::string text = comparison_headline(comparison, now);
  if (moved) text += " (" + count_sentence(comparison) + ")";
  return std::string(moved ? "::error" : "::notice") + " title=headroom compare::" + github_text(text) + "\n";
}

std::string comparison_json(const Comparison& comparison, const ResultTable& base, const ResultTable& now) {
  Json json = {{"format", 1},
               {"base", side(base)},
               {"new", side(now)},
               {"compared", comparison.compared},
               {"equal", comparison.equal},
               {"within", comparison.within},
               {"moved", Json::array()}};
  for (const Move& move : comparison.moved) json["moved"].push_back(json_of(move));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace headroom
