#include "predict/number_list.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

/// Relative distance within which a range hits its end.
constexpr double kHit = 1e-9;

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

double number_of(const std::string& text, const std::string& where) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw InputError(where, quoted(text) + " is not a number");
  return value;
}

/// Without the last digits, in which steps like 0.1 leave their rounding errors.
double without_rounding(double value) {
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 13);
  double read = value;
  std::from_chars(text.data(), written.ptr, read);
  return read;
}

/// A range.
struct Series {
  double from;
  double to;
  double step;
  bool geometric;

  [[nodiscard]] double at(std::size_t index) const {
    const double i = static_cast<double>(index);
    const double value = geometric ? from * portable::pow(step, i) : from + step * i;
    return std::abs(value - to) <= kHit * std::max(std::abs(from), std::abs(to)) ? to : without_rounding(value);
  }
  /// Steps from end to end, not whole where the end is not hit.
  [[nodiscard]] double steps() const {
    const double exact = geometric ? portable::log(to / from) / portable::log(step) : (to - from) / step;
    return exact * (1 + kHit) + kHit;
  }
};

Series series_of(const std::string& text, const std::string& where) {
  const auto parts = split(text, ':');
  if (parts.size() != 3 || parts[2].empty())
    throw InputError(where, quoted(text) + " is not a range, which reads from:to:step or from:to:xfactor");
  const bool geometric = parts[2].front() == 'x';
  const Series series{number_of(parts[0], where), number_of(parts[1], where),
                      number_of(geometric ? parts[2].substr(1) : parts[2], where), geometric};
  if (series.from > series.to) throw InputError(where, quoted(text) + " begins above its end");
  if (!geometric && series.step <= 0) throw InputError(where, quoted(text) + " has a step that is not above 0");
  if (geometric && series.step <= 1) throw InputError(where, quoted(text) + " has a factor that is not above 1");
  if (geometric && series.from <= 0) throw InputError(where, quoted(text) + " multiplies, so it must begin above 0");
  return series;
}

}  // namespace

std::vector<std::string> word_list(std::string_view text, const std::string& where) {
  auto words = split(text, ',');
  for (const auto& word : words)
    if (word.empty()) throw InputError(where, "has an empty entry in " + quoted(std::string(text)));
  return words;
}

std::vector<double> number_list(std::string_view text, const std::string& where, std::size_t most) {
  std::vector<double> numbers;
  const auto too_many = [&] {
    return InputError(where, "has more than " + grouped(most) + " numbers in " + quoted(std::string(text)));
  };
  for (const auto& part : word_list(text, where)) {
    if (part.find(':') == std::string::npos) {
      numbers.push_back(number_of(part, where));
    } else {
      const Series series = series_of(part, where);
      const double steps = series.steps();
      if (!(steps < static_cast<double>(most))) throw too_many();
      for (std::size_t i = 0; i <= static_cast<std::size_t>(steps); ++i) numbers.push_back(series.at(i));
    }
    if (numbers.size() > most) throw too_many();
  }
  return numbers;
}

}  // namespace headroom
