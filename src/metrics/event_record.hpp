#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace headroom {

/// What an event of events.json is; what is decided, and acts from a date on, comes first.
enum class EventType : std::uint8_t {
  clock_lock,
  power_cap,
  power_brake,
  clock_release,
  cap_release,
  brake_release,
  thermal_throttle,
  overload,
  trip,
  backstop
};
inline std::array<std::string_view, 10> words_of(EventType) {
  return {"clock_lock",    "power_cap",        "power_brake", "clock_release", "cap_release",
          "brake_release", "thermal_throttle", "overload",    "trip",          "backstop"};
}
/// Decisions are taken at `time_s` and act from `effective_s` on.
constexpr bool is_decision(EventType type) {
  return type <= EventType::thermal_throttle;
}

/// One line of events.json. A run may have millions: texts are kept once, in EventTexts.
struct EventRecord {
  double time_s = 0;
  double effective_s = 0;
  double duration_s = -1;  ///< below 0: it never acted, or does not last
  double value = 0;        ///< Hz of a lock, watts of a cap, a thermal limit or an overload
  std::uint32_t target = 0;
  std::uint32_t cause = 0;
  EventType type = EventType::trip;
};

/// The texts that event records refer to, each kept once.
class EventTexts {
 public:
  std::uint32_t add(const std::string& text) {
    const auto [entry, is_new] = numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(text);
    return entry->second;
  }
  const std::string& operator[](std::uint32_t number) const { return texts_[number]; }

 private:
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace headroom
