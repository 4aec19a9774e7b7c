#include "config/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <set>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kDeepest = 100;

/// Follows the parser through the document and notes keys given twice, which nlohmann would take silently; stops at
/// values nested so deeply that walking them would exhaust the stack.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(const std::string& name) : name_(name) {}

  bool operator()(int, nlohmann::json::parse_event_t event, const Json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    switch (event) {
      case Event::object_start:
        begin(false);
        break;
      case Event::array_start:
        begin(true);
        break;
      case Event::key:
        key(parsed.get<std::string>());
        break;
      case Event::object_end:
      case Event::array_end:
        stack_.pop_back();
        break;
      case Event::value:
        step();
        break;
    }
    return true;
  }

  [[nodiscard]] const std::vector<std::string>& pointers() const { return found_; }

 private:
  struct Frame {
    bool is_array;
    std::size_t index;
    std::string key;
    std::set<std::string> keys;
  };

  void begin(bool is_array) {
    step();
    if (stack_.size() == kDeepest)
      throw InputError(name_, "nests values more than " + std::to_string(kDeepest) + " deep");
    stack_.push_back({is_array, 0, "", {}});
  }
  void step() {
    if (!stack_.empty() && stack_.back().is_array) ++stack_.back().index;
  }
  void key(const std::string& name) {
    auto& frame = stack_.back();
    frame.key = name;
    if (!frame.keys.insert(name).second) found_.push_back(pointer());
  }
  [[nodiscard]] std::string pointer() const {
    std::string text;
    for (const auto& frame : stack_)
      text += "/" + (frame.is_array ? std::to_string(frame.index - 1) : pointer_step(frame.key));
    return text;
  }

  const std::string& name_;
  std::vector<Frame> stack_;
  std::vector<std::string> found_;
};

constexpr std::size_t kLongestStep = 60;
constexpr std::size_t kLongestMessage = 200;

std::string without_prefix(const std::string& message) {
  const auto at = message.find("parse error");
  return printable(at == std::string::npos ? message : message.substr(at), kLongestMessage);
}

/// The end of the string that begins at a quotation mark.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

/// Where the first number stands that is too large for a double: the parser says which, not where.
std::string overflow_of(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789+-.eE";
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    double value = 0;
    if (end > at && std::from_chars(text.data() + at, text.data() + end, value).ec == std::errc::result_out_of_range &&
        std::isinf(std::strtod(std::string(text.substr(at, end - at)).c_str(), nullptr)))
      return "line " + std::to_string(line) + ": the number " + printable(text.substr(at, end - at), 40) +
             " is too large";
    if (end == text.size()) break;
    if (text[end] == '\n') ++line;
    at = text[end] == '"' ? end_of_string(text, end) : end + 1;
  }
  return "a number is too large";
}

}  // namespace

Json parse_json(std::string_view text, const std::string& name) {
  DuplicateKeys duplicates(name);
  Json parsed;
  try {
    parsed = Json::parse(text, std::ref(duplicates), true, true);
  } catch (const Json::out_of_range&) {
    throw InputError(name, "not valid JSON: " + overflow_of(text));
  } catch (const Json::exception& error) {
    throw InputError(name, "not valid JSON: " + without_prefix(error.what()));
  }
  std::vector<Problem> problems;
  for (const auto& pointer : duplicates.pointers())
    problems.push_back({name + ": " + short_pointer(pointer), "key given twice"});
  if (!problems.empty()) throw InputError(std::move(problems));
  return parsed;
}

Json parse_json_file(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text) throw InputError(path.string(), "cannot read this file: " + why_unreadable(path));
  return parse_json(*text, path.string());
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_number_unsigned() && b.is_number_integer() && !b.is_number_unsigned())
    return std::cmp_equal(a.get<std::uint64_t>(), b.get<std::int64_t>());
  if (b.is_number_unsigned() && a.is_number_integer() && !a.is_number_unsigned()) return same_value(b, a);
  return a == b;
}

std::string short_pointer(std::string_view pointer) {
  std::string text;
  while (!pointer.empty()) {
    const std::size_t next = std::min(pointer.find('/', 1), pointer.size());
    text += printable(pointer.substr(0, next), kLongestStep);
    pointer.remove_prefix(next);
  }
  return text;
}

bool is_utf8(const std::string& text) {
  try {
    (void)Json(text).dump();
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

}  // namespace headroom
