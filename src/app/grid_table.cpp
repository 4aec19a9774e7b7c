#include "app/grid_table.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "app/print.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

std::string heading(const GridResult& first) {
  return "band " + shortest(first.band.from.value()) + " to " + shortest(first.band.to.value()) + " Hz, ramps over " +
         shortest(first.ramp_horizon.value()) + " s\n\n";
}

/// RMS and share of the band, where they are told from what lies beyond it.
std::string in_band(const GridResult& result) {
  if (!result.separated) return line("%12s %9s", "-", "-");
  return line("%12.6g %9.4f", result.in_band_rms_w, result.in_band_fraction);
}

std::string verdicts(const GridResult& result) {
  std::string text = "\n" + result.path + " against " + result.spec + "\n";
  text += line("  %-24s %12s %12s %12s\n", "check", "limit", "value", "margin");
  for (const Verdict& verdict : result.verdicts)
    text += line("  %-24s %12.6g %12.6g %12.6g  %s\n", verdict.check.c_str(), verdict.limit, verdict.value,
                 verdict.margin(),
                 verdict.passed()     ? "passed"
                 : verdict.testable() ? "FAILED"
                                      : "NOT TESTABLE");
  return text;
}

}  // namespace

std::string grid_table(std::span<const GridResult> results) {
  std::size_t width = 4;
  for (const GridResult& result : results) width = std::max(width, result.path.size());
  const int column = static_cast<int>(width);
  std::string text = heading(results.front());
  text += line("%-*s %12s %9s %12s %12s %12s %12s\n", column, "node", "in band W", "fraction", "bin W", "swing 1 s W",
               "swing 10 s W", "ramp W/s");
  for (const GridResult& result : results | std::views::filter(&GridResult::measured))
    text += line("%-*s %s %12.6g %12.6g %12.6g %12.6g\n", column, result.path.c_str(), in_band(result).c_str(),
                 result.in_band_bin_w, result.max_swing_1s_w, result.max_swing_10s_w, result.max_ramp_w_per_s);
  for (const GridResult& result : results)
    if (!result.verdicts.empty()) text += verdicts(result);
  return text;
}

}  // namespace headroom
