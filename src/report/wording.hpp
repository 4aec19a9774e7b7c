#pragma once

#include <string>

namespace headroom {

/// `number` with that many digits behind the point.
[[nodiscard]] std::string rounded(double number, int digits);
/// `number` with at most so many digits in all.
[[nodiscard]] std::string digits(double number, int most);
/// A count with its thousands separated: `1,234`.
[[nodiscard]] std::string whole(double count);
/// The same and the noun, in the plural where it is not 1: `1 trip`, `1,234 trips`.
[[nodiscard]] std::string counts(double count, const std::string& noun);
/// Watts as W, kW or MW with three or four digits.
[[nodiscard]] std::string watts(double power_w);
/// A fraction in percent with one digit behind the point: `93.4 %`.
[[nodiscard]] std::string percent(double fraction);

}  // namespace headroom
