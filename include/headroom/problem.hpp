#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headroom {

/// One thing wrong with the user's input: where (`file: /json/pointer`, `trace.csv:17`) and what.
struct Problem {
  std::string where;
  std::string what;
};

/// A key as a step of a JSON pointer: `~` and `/` are escaped.
[[nodiscard]] inline std::string pointer_step(std::string_view key) {
  std::string step;
  for (const char c : key) {
    if (c == '~') step += "~0";
    else if (c == '/') step += "~1";
    else step += c;
  }
  return step;
}

/// A place in a configuration, where a check notes what is wrong with it. Carries its JSON pointer, so that no check
/// knows where the values that it looks at stand.
class Scope {
 public:
  explicit Scope(std::vector<Problem>& problems, std::string pointer = {})
      : problems_(&problems), pointer_(std::move(pointer)) {}

  /// The value of that key, or entry of that name.
  [[nodiscard]] Scope at(std::string_view key) const { return Scope(*problems_, pointer_ + '/' + pointer_step(key)); }
  /// The element of a list.
  [[nodiscard]] Scope at(std::size_t index) const { return Scope(*problems_, pointer_ + '/' + std::to_string(index)); }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }

  void problem(std::string what) const { problems_->push_back({pointer_, std::move(what)}); }

  /// Whether no problem has been noted here or below: what needs sound values can be asked then.
  [[nodiscard]] bool sound() const {
    return std::ranges::none_of(*problems_, [&](const Problem& problem) {
      return problem.where.starts_with(pointer_) &&
             (problem.where.size() == pointer_.size() || problem.where[pointer_.size()] == '/');
    });
  }

 private:
  std::vector<Problem>* problems_;
  std::string pointer_;
};

}  // namespace headroom
