#include "table/json_text.hpp"

#include <algorithm>
#include <array>

namespace headroom {
namespace {

constexpr int deepest = 64;

/// Walks over a JSON text and hands out slices of it.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }
  [[noreturn]] void fail() const { throw JsonFault{at_}; }

  JsonSlice value() {
    skip_blanks();
    const std::size_t start = at_;
    const char c = peek();
    if (c == '"') return {JsonKind::text, string()};
    if (c == '{') return compound(start, '}', JsonKind::object, [](const JsonMember&) {});
    if (c == '[') return compound(start, ']', JsonKind::list, [](const JsonMember&) {});
    if (c == '-' || (c >= '0' && c <= '9')) return number(start);
    return word(start);
  }

  /// A list or an object; `each` gets its elements or members.
  template <class Each>
  JsonSlice compound(std::size_t start, char close, JsonKind kind, const Each& each) {
    if (++depth_ > deepest) fail();
    ++at_;
    if (skip_blanks(); peek() != close) {
      do {
        JsonMember member;
        if (kind == JsonKind::object) {
          skip_blanks();
          member.key = string();
          skip_blanks();
          expect(':');
        }
        member.value = value();
        each(member);
        skip_blanks();
      } while (take(','));
    }
    expect(close);
    --depth_;
    return {kind, text_.substr(start, at_ - start)};
  }

 private:
  char peek() const {  // also called to see that the text goes on
    if (at_ == text_.size()) fail();
    return text_[at_];
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) fail();
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  std::string_view string() {
    expect('"');
    const std::size_t start = at_;
    while (peek() != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) fail();
      if (text_[at_] == '\\') ++at_;
      peek();
      ++at_;
    }
    return text_.substr(start, at_++ - start);
  }
  std::size_t digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ - start;
  }
  JsonSlice number(std::size_t start) {
    take('-');
    if (text_.substr(at_).starts_with("Infinity")) return word(start);
    const bool zero = peek() == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) fail();
    if (at_ < text_.size() && take('.') && digits() == 0) fail();
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (digits() == 0) fail();
    }
    return {JsonKind::number, text_.substr(start, at_ - start)};
  }
  JsonSlice word(std::size_t start) {
    constexpr std::array<std::string_view, 5> words{"true", "false", "null", "NaN", "Infinity"};
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!text_.substr(at_).starts_with(words[i])) continue;
      at_ += words[i].size();
      return {i < 2 ? JsonKind::word : JsonKind::null, text_.substr(start, at_ - start)};
    }
    while (at_ < text_.size() && text_[at_] >= 'a' && text_[at_] <= 'z') ++at_;  // a word that is cut off, too
    fail();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

JsonSlice json_value(std::string_view text) {
  Walk walk(text);
  const JsonSlice value = walk.value();
  if (!walk.at_end()) walk.fail();
  return value;
}

void json_members(std::string_view object, std::vector<JsonMember>& members) {
  members.clear();
  Walk(object).compound(0, '}', JsonKind::object, [&](const JsonMember& member) { members.push_back(member); });
}

void json_elements(std::string_view list, std::vector<JsonSlice>& elements) {
  elements.clear();
  Walk(list).compound(0, ']', JsonKind::list, [&](const JsonMember& member) { elements.push_back(member.value); });
}

}  // namespace headroom
