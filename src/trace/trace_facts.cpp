#include "trace/trace_facts.hpp"

#include <array>
#include <cstdio>

#include "base/text.hpp"

namespace headroom {
namespace {

std::string three_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

}  // namespace

Warnings warnings_of(const TraceFacts& facts) {
  Warnings warnings;
  const auto warn = [&](const std::string& pointer, const std::string& what) {
    warnings.push_back({"/workload/trace" + pointer, facts.name + ": " + what});
  };
  if (!facts.left_out.empty()) warn("/path", "left out of the folder: " + facts.left_out);
  if (!facts.excess.empty()) warn("/until_s", facts.excess);
  if (!facts.unknown.empty()) warn("", "not used: " + join(facts.unknown, ", "));
  if (facts.skipped > 0)
    warn("/failed_rows", counted(facts.skipped, "row") + " of " + grouped(facts.rows + facts.skipped) +
                             " skipped, which failed (0 tokens, or an error)");
  if (facts.late > 0)
    warn("/late_s", counted(facts.late, "row") + " put in order, up to " + three_digits(facts.latest_s) + " s late");
  const bool short_in_ms = facts.style_is_assumed && facts.rows > 1 && facts.span < Seconds(1.0);
  if (facts.style_is_guessed || short_in_ms)
    warn("/time_unit",
         "timestamp is taken for milliseconds, which the file does not say" +
             (short_in_ms ? "; so all rows lie within " + three_digits(facts.span.value()) + " s" : std::string()));
  if (!facts.reuses_prefixes && facts.repeated_prefix_fraction && *facts.repeated_prefix_fraction > 0.0)
    warn("", three_digits(*facts.repeated_prefix_fraction) +
                 " of the prompt tokens repeat an earlier prefix, which is not reused: every prompt is computed whole");
  return warnings;
}

}  // namespace headroom
