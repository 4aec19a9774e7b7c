// What stands in cells of Slurm's accounting.
#include <algorithm>
#include <charconv>

#include "training/job_log.hpp"

namespace headroom {
namespace {

/// Takes what is before the separator off the front of a text, which may hold none.
std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool is_number = error == std::errc() && stop == text.data() + text.size() && value >= 0;
  return is_number ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<double> clock_seconds(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  double days = 0;
  if (text.find('-') != std::string_view::npos) {
    const auto given = plain_number(take_until(text, '-'));
    if (!given) return std::nullopt;
    days = *given;
  }
  double seconds = 0;
  int parts = 0;
  for (; !text.empty(); ++parts) {
    const auto part = plain_number(take_until(text, ':'));
    if (!part) return std::nullopt;
    seconds = seconds * 60 + *part;
  }
  if (parts < 2 || parts > 3) return std::nullopt;
  return days * 86400 + seconds;
}

std::optional<double> gpus_in_tres(std::string_view text) {
  std::optional<double> untyped;
  double typed = 0;
  while (!text.empty()) {
    std::string_view value = take_until(text, ',');
    const std::string_view name = take_until(value, '=');
    if (name != "gres/gpu" && !name.starts_with("gres/gpu:")) continue;
    const auto count = plain_number(value);
    if (!count || name.find("g.") != std::string_view::npos) return std::nullopt;
    if (name == "gres/gpu") untyped = count;
    else typed += *count;
  }
  return untyped.value_or(typed);
}

}  // namespace headroom
