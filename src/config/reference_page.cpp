#include "config/reference_page.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "config/schema.hpp"

namespace headroom {
namespace {

constexpr std::size_t kLeastShared = 4;  ///< rows of a part that is worth a link to its like
constexpr std::size_t kLeastOfOwn = 12;  ///< rows of a part of a part that gets a section

bool is_below(const std::string& pointer, const std::string& part) {
  return pointer.size() > part.size() && pointer.starts_with(part) && pointer[part.size()] == '/';
}

/// A cell of Markdown that holds code, or nothing.
std::string code(const std::string& text) {
  return text.empty() || text == "required" ? text : "`" + text + "`";
}

/// A link to the heading of a section, as GitHub names it.
std::string link_to(const std::string& pointer, const std::string& section) {
  std::string anchor;
  for (const char c : section)
    if (c != '/') anchor += c == ' ' ? '-' : c;
  return "[" + code(pointer) + "](#" + (anchor.empty() ? "the-scenario-itself" : anchor) + ")";
}

class ReferencePage {
 public:
  explicit ReferencePage(std::vector<ReferenceRow> rows) : rows_(std::move(rows)) {
    find_ends();
    find_likes();
    divide();
  }

  [[nodiscard]] std::string contents(const std::map<std::string, std::string>& pages) const {
    std::string text;
    for (const Section& section : sections_) {
      if (section.pointer.empty()) continue;
      const bool is_inner = depth(section.pointer) > 1;
      text += std::string(is_inner ? "  " : "") + "- " + link_to(section.pointer, section.pointer);
      if (!section.meaning.empty()) text += ": " + section.meaning;
      if (const auto page = pages.find(section.pointer); page != pages.end())
        text += " ([" + page->second + "](" + page->second + "))";
      text += "\n";
    }
    return text;
  }
  [[nodiscard]] std::string tables() const {
    std::string text;
    for (const Section& section : sections_) {
      const std::string heading = section.pointer.empty() ? "The scenario itself" : section.pointer;
      text += "\n" + std::string(depth(section.pointer) > 1 ? "### " : "## ") + heading + "\n\n";
      text += "| pointer | type | range | default | meaning |\n|---|---|---|---|---|\n";
      for (const std::size_t row : section.rows) text += line_of(row);
    }
    return text;
  }

 private:
  struct Section {
    std::string pointer, meaning;
    std::vector<std::size_t> rows;
  };

  static std::ptrdiff_t depth(const std::string& pointer) { return std::ranges::count(pointer, '/'); }

  void find_ends() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::size_t end = i + 1;
      while (end < rows_.size() && is_below(rows_[end].pointer, rows_[i].pointer)) ++end;
      ends_.push_back(end);
    }
  }
  /// All that a part says, whatever it is called.
  [[nodiscard]] std::string text_below(std::size_t part) const {
    std::string text;
    for (std::size_t i = part + 1; i < ends_[part]; ++i)
      for (const std::string& cell : {rows_[i].pointer.substr(rows_[part].pointer.size()), rows_[i].chosen,
                                      rows_[i].type, rows_[i].range, rows_[i].value, rows_[i].meaning})
        text += cell + '\n';
    return text;
  }
  /// Parts that say what one before said; what is within them is left out.
  void find_likes() {
    std::map<std::string, std::size_t> first;
    likes_.resize(rows_.size());
    for (std::size_t i = 0; i < rows_.size();) {
      const bool is_large = ends_[i] - i > kLeastShared;
      if (is_large)
        if (const auto [known, is_new] = first.emplace(text_below(i), i); !is_new) likes_[i] = known->second;
      shown_.push_back(i);
      i = likes_[i] ? ends_[i] : i + 1;
    }
  }
  [[nodiscard]] std::size_t shown_below(std::size_t part) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(shown_, ends_[part]) -
                                    std::ranges::upper_bound(shown_, part));
  }
  [[nodiscard]] bool begins_section(std::size_t row) const {
    const auto deep = depth(rows_[row].pointer);
    return !likes_[row] && rows_[row].chosen.empty() &&
           shown_below(row) >= (deep == 1   ? 1
                                : deep == 2 ? kLeastOfOwn
                                            : rows_.size());
  }
  void divide() {
    sections_.push_back({});
    for (const std::size_t row : shown_) {
      if (begins_section(row)) sections_.push_back({rows_[row].pointer, rows_[row].meaning, {}});
      sections_[section_of(row)].rows.push_back(row);
    }
  }
  /// The innermost that has begun and holds the row.
  [[nodiscard]] std::size_t section_of(std::size_t row) const {
    for (std::size_t i = sections_.size(); i-- > 1;) {
      const std::string& pointer = sections_[i].pointer;
      if (rows_[row].pointer == pointer || is_below(rows_[row].pointer, pointer)) return i;
    }
    return 0;
  }
  [[nodiscard]] std::string line_of(std::size_t row) const {
    const ReferenceRow& of = rows_[row];
    if (!of.chosen.empty())
      return "| " + code(of.pointer) + " = " + code(of.chosen) + " | | | | " + of.meaning + " |\n";
    std::string meaning = of.meaning;
    if (const auto like = likes_[row])
      meaning += (meaning.empty() ? "" : "; ") +
                 ("its values are those of " + link_to(rows_[*like].pointer, sections_[section_of(*like)].pointer));
    return "| " + code(of.pointer) + " | " + of.type + " | " + of.range + " | " + code(of.value) + " | " + meaning +
           " |\n";
  }

  std::vector<ReferenceRow> rows_;
  std::vector<std::size_t> ends_;                  ///< of each row: the first that is not within it
  std::vector<std::optional<std::size_t>> likes_;  ///< of each row: one before that holds the same
  std::vector<std::size_t> shown_;
  std::vector<Section> sections_;
};

}  // namespace

std::string reference_page(const std::string& title, const Slot& root,
                           const std::map<std::string, std::string>& pages) {
  const ReferencePage page(reference_rows(root));
  return "# " + title +
         "\n\nGenerated by `headroom describe --reference` from the declarations in the code. A `N` in a pointer is a "
         "list index, `NAME` a free key. `headroom explain POINTER` says the same of one value.\n\n" +
         page.contents(pages) + page.tables();
}

}  // namespace headroom
