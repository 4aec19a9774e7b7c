#include "config/json.hpp"

#include <set>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/problem.hpp"

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

std::string without_prefix(const std::string& message) {
  const auto at = message.find("parse error");
  return at == std::string::npos ? message : message.substr(at);
}

}  // namespace

Json parse_json(std::string_view text, const std::string& name) {
  DuplicateKeys duplicates(name);
  Json parsed;
  try {
    parsed = Json::parse(text, std::ref(duplicates));
  } catch (const Json::exception& error) {
    throw InputError(name, "not valid JSON: " + without_prefix(error.what()));
  }
  std::vector<Problem> problems;
  for (const auto& pointer : duplicates.pointers()) problems.push_back({name + ": " + pointer, "key given twice"});
  if (!problems.empty()) throw InputError(std::move(problems));
  return parsed;
}

Json parse_json_file(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text) throw InputError(path.string(), "cannot read this file");
  return parse_json(*text, path.string());
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_number_unsigned() && b.is_number_integer() && !b.is_number_unsigned())
    return std::cmp_equal(a.get<std::uint64_t>(), b.get<std::int64_t>());
  if (b.is_number_unsigned() && a.is_number_integer() && !a.is_number_unsigned()) return same_value(b, a);
  return a == b;
}

std::string pointer_step(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (c == '~') text += "~0";
    else if (c == '/') text += "~1";
    else text += c;
  }
  return text;
}

}  // namespace headroom
