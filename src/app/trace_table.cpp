#include "app/trace_table.hpp"

#include <cstdio>
#include <utility>

#include "base/text.hpp"

namespace headroom {
namespace {

std::string text_of_columns(const TraceFacts& facts) {
  std::vector<std::string> texts;
  for (const auto& [what, header] : facts.columns) texts.push_back(what + " = " + header);
  return printable(join(texts, ", "));
}

std::string text_of_thresholds(const std::vector<std::uint32_t>& thresholds) {
  std::vector<std::string> texts;
  for (const std::uint32_t threshold : thresholds) texts.push_back(std::to_string(threshold));
  return texts.empty() ? "one part" : "parts from 1, " + join(texts, ", ") + " tokens";
}

std::string text_of_times(const TraceFacts& facts) {
  if (!facts.style) return "none: arrivals come from a rate";
  const auto word = std::string(words_of(*facts.style)[static_cast<std::size_t>(*facts.style)]);
  if (*facts.style == TimeStyle::date) return "dates";
  return "numbers in " + word + (facts.style_is_assumed ? ", by the names of the keys" : "");
}

void print_rate(const TraceStatistics& statistics) {
  if (!statistics.mean_rate) {
    std::printf("rate           - (all requests arrive at once)\n");
    return;
  }
  std::printf("rate           %.4g /s mean, ", statistics.mean_rate->value());
  if (statistics.busiest.empty()) std::printf("- in the busiest 60 s (the trace is shorter)\n");
  else std::printf("%.4g /s in the busiest 60 s\n", statistics.busiest.front().rate.value());
}

void print_lengths(const char* name, const LengthStatistics& lengths) {
  std::printf("%-14s mean %.1f, p50 %u, p90 %u, p99 %u, max %u, total %s\n", name, lengths.mean_tokens,
              lengths.p50_tokens, lengths.p90_tokens, lengths.p99_tokens, lengths.max_tokens,
              grouped(lengths.total_tokens).c_str());
}

/// The share of each type, whichever priority.
void print_mix(const TraceStatistics& statistics, const ClassTable& classes) {
  std::vector<std::pair<std::string, double>> mix;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (mix.empty() || mix.back().first != classes.type(ClassId(i))) mix.emplace_back(classes.type(ClassId(i)), 0.0);
    mix.back().second += 100 * statistics.classes[i].share_fraction;
  }
  std::printf("mix            ");
  const char* between = "";
  for (const auto& [type, percent] : mix)
    std::printf("%s%s %.1f %%", std::exchange(between, ", "), type.c_str(), percent);
  std::printf("\n");
}

}  // namespace

void print_facts(const TraceFacts& facts) {
  std::printf("trace          %s: %s, compression %s\n", facts.name.c_str(), facts.layout.c_str(),
              std::string(words_of(facts.compression)[static_cast<std::size_t>(facts.compression)]).c_str());
  std::printf("columns        %s\n", text_of_columns(facts).c_str());
  std::printf("times          %s\n", text_of_times(facts).c_str());
  if (facts.types)
    std::printf("types          input: %s; output: %s\n", text_of_thresholds(facts.types->input_thresholds()).c_str(),
                text_of_thresholds(facts.types->output_thresholds()).c_str());
  std::vector<std::string> unused = facts.unknown;
  unused.insert(unused.end(), facts.ignored.begin(), facts.ignored.end());
  if (!unused.empty()) std::printf("not used       %s\n", printable(join(unused, ", ")).c_str());
  if (facts.skipped > 0) std::printf("skipped        %s that failed\n", counted(facts.skipped, "row").c_str());
  if (facts.late > 0)
    std::printf("put in order   %s, up to %.3g s late\n", counted(facts.late, "row").c_str(), facts.latest_s);
  if (facts.repeated_prefix_fraction)
    std::printf("prefixes       %.3f of the prompt tokens repeat an earlier prefix (reused only with a prefix_cache)\n",
                *facts.repeated_prefix_fraction);
}

void print_statistics(const TraceStatistics& statistics, const TraceFacts& facts, const ClassTable& classes) {
  std::printf("requests       %s\n", grouped(statistics.requests).c_str());
  std::printf("duration       %.1f s\n", statistics.duration.value());
  print_rate(statistics);
  for (const BusyWindow& busy : statistics.busiest) {
    const double from_s = (facts.window_start + statistics.first + busy.start).value();
    std::printf("busiest        %g s: from_s %s, until_s %s, %s\n", busy.length.value(), shortest(from_s).c_str(),
                shortest(from_s + busy.length.value()).c_str(), counted(busy.requests, "request").c_str());
  }
  std::printf("gaps           mean %.4g s, coefficient of variation %.3f\n", statistics.mean_gap.value(),
              statistics.gap_cv);
  if (statistics.dispersion_10s && statistics.dispersion_60s)
    std::printf("dispersion     %.2f in 10 s, %.2f in 60 s (variance over mean of counts; Poisson is 1)\n",
                *statistics.dispersion_10s, *statistics.dispersion_60s);
  if (statistics.load_peak_over_mean)
    std::printf("load           peak over mean %.3f (input tokens/s in aligned 300 s)\n",
                *statistics.load_peak_over_mean);
  print_lengths("input tokens", statistics.input);
  print_lengths("output tokens", statistics.output);
  if (facts.block_tokens > 0 && facts.blocks_fit)
    std::printf("prefix cache   an unlimited one has %.4f of the prompt tokens, %s (full blocks of %u tokens)\n",
                static_cast<double>(statistics.hit_tokens) / static_cast<double>(statistics.input.total_tokens),
                grouped(statistics.hit_tokens).c_str(), facts.block_tokens);
  if (!classes.typed()) return;
  if (facts.types) print_mix(statistics, classes);
  for (const auto& entry : statistics.classes)
    std::printf("class          %s: %s requests, %.1f %%\n", entry.name.c_str(), grouped(entry.requests).c_str(),
                100 * entry.share_fraction);
}

}  // namespace headroom
