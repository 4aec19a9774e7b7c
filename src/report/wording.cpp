#include "report/wording.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "base/text.hpp"

namespace headroom {

std::string rounded(double number, int digits) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, number);
  return text.data();
}

std::string digits(double number, int most) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*g", most, number);
  return text.data();
}

std::string whole(double count) {
  return count >= 0 && count < 1e15 ? grouped(static_cast<std::uint64_t>(count)) : rounded(count, 0);
}

std::string counts(double count, const std::string& noun) {
  return whole(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string watts(double power_w) {
  if (std::abs(power_w) < 1e3) return rounded(power_w, 0) + " W";
  if (std::abs(power_w) < 1e6) return rounded(power_w / 1e3, 1) + " kW";
  return rounded(power_w / 1e6, 2) + " MW";
}

std::string percent(double fraction) {
  return rounded(100 * fraction, 1) + " %";
}

}  // namespace headroom
