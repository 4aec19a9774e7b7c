#include "table/cells.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace headroom {
namespace {

bool is_blank(char c) {
  return c <= ' ' && (c == ' ' || c == '\t');  // most are neither, which takes one look
}

/// Leaves out the blanks at both ends, which may not be the delimiter itself.
std::string_view without_blanks(std::string_view text, char delimiter) {
  while (!text.empty() && is_blank(text.front()) && text.front() != delimiter) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()) && text.back() != delimiter) text.remove_suffix(1);
  return text;
}

/// Takes a quoted cell off the front of the rest, which begins with its quote.
Split take_quoted(std::string_view& rest, char delimiter, std::size_t record_bytes, Cells& cells) {
  std::size_t close = 1;
  bool doubled = false;
  for (;; ++close) {
    close = rest.find('"', close);
    if (close == std::string_view::npos) return Split::open_quote;
    if (rest.substr(close + 1, 1) != "\"") break;
    doubled = true;
    ++close;
  }
  std::string_view text = rest.substr(1, close - 1);
  if (doubled) {
    cells.undone.reserve(record_bytes);  // never moves under the views into it
    const std::size_t start = cells.undone.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
      cells.undone += text[i];
      if (text[i] == '"') ++i;
    }
    text = std::string_view(cells.undone).substr(start);
  }
  cells.list.push_back(text);
  rest = without_blanks(rest.substr(close + 1), delimiter);
  return rest.empty() || rest.front() == delimiter ? Split::whole : Split::text_behind_quote;
}

void split_words(std::string_view record, Cells& cells) {
  while (true) {
    while (!record.empty() && is_blank(record.front())) record.remove_prefix(1);
    if (record.empty()) return;
    const std::size_t stop = std::min(record.find(' '), record.find('\t'));
    cells.list.push_back(record.substr(0, stop));
    record.remove_prefix(cells.list.back().size());
  }
}

}  // namespace

Split split_cells(std::string_view record, char delimiter, Cells& cells) {
  cells.list.clear();
  cells.undone.clear();
  if (delimiter == ' ') {
    split_words(record, cells);
    return Split::whole;
  }
  std::string_view rest = record;
  while (true) {
    while (!rest.empty() && is_blank(rest.front()) && rest.front() != delimiter) rest.remove_prefix(1);
    std::size_t stop = 0;
    if (rest.starts_with('"')) {
      if (const Split split = take_quoted(rest, delimiter, record.size(), cells); split != Split::whole) return split;
      stop = rest.empty() ? std::string_view::npos : 0;
    } else {
      stop = rest.find(delimiter);
      std::string_view cell = rest.substr(0, stop);
      while (!cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
      cells.list.push_back(cell);
    }
    if (stop == std::string_view::npos) return Split::whole;
    rest.remove_prefix(stop + 1);
  }
}

char delimiter_of(std::string_view header) {
  constexpr std::array<char, 4> known{',', ';', '\t', '|'};
  std::array<std::size_t, known.size()> counts{};
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    for (std::size_t i = 0; i < known.size(); ++i)
      if (!quoted && c == known[i]) ++counts[i];
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < known.size(); ++i)
    if (counts[i] > counts[best]) best = i;
  return known[best];
}

}  // namespace headroom
