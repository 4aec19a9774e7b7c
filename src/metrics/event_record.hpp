#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace headroom {

/// One line of events.json. A run may have millions: texts are kept once, in EventTexts, where `kind`, `target`,
/// `cause` and `value_name` are numbers.
struct EventRecord {
  static constexpr std::uint32_t kNoValue = 0xffffffff;

  double time_s = 0;
  double effective_s = 0;  ///< of what is decided first and acts from a date on
  double duration_s = -1;  ///< below 0: it never acted, or does not last
  double value = 0;        ///< in the unit that its name ends in
  std::uint32_t kind = 0;
  std::uint32_t target = 0;
  std::uint32_t cause = 0;
  std::uint32_t value_name = kNoValue;
  bool is_decision = false;
};

/// The texts that event records refer to, each kept once.
class EventTexts {
 public:
  std::uint32_t add(std::string_view text) {
    const auto [entry, is_new] = numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.emplace_back(text);
    return entry->second;
  }
  const std::string& operator[](std::uint32_t number) const { return texts_[number]; }
  /// What an event is.
  [[nodiscard]] const std::string& kind(const EventRecord& event) const { return texts_[event.kind]; }

 private:
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace headroom
