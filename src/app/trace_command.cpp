#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>

#include "app/commands.hpp"
#include "base/interrupt.hpp"
#include "base/text.hpp"
#include "config/folders.hpp"
#include "config/reader.hpp"
#include "workload/make_source.hpp"
#include "workload/trace_statistics.hpp"
#include "workload/trace_writer.hpp"

namespace headroom {
namespace {

struct GenerateArguments {
  std::string settings;
  std::string out;
  std::uint64_t seed = 1;
  std::optional<double> duration_s;
  bool force = false;
  std::vector<std::string> sets;
};

/// CLI11 would take -1, and what is above the largest seed, for the largest.
std::string seed_problem(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && stop == text.data() + text.size()) return "";
  return "must be a whole number from 0 to 18446744073709551615";
}

std::string duration_problem(const std::string& text) {
  constexpr double kLongest_s = 1e9;  // as of /synthetic/duration_s
  double duration_s = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), duration_s);
  const bool is_number = error == std::errc() && stop == text.data() + text.size();
  return is_number && duration_s > 0 && duration_s <= kLongest_s ? "" : "must be above 0 and at most 1000000000";
}

WorkloadConfig load_workload(const std::string& file, const GlobalOptions& global,
                             const std::vector<std::string>& sets) {
  const ConfigFolders folders(global.config_dirs);
  Document document(file, folders);
  for (const auto& override : parse_overrides(sets)) document.put(override);
  WorkloadConfig config;
  read_config(document, config);
  std::vector<Problem> problems;
  for (auto& problem : check(config, "")) problems.push_back({document.where(problem.where), problem.what});
  if (!problems.empty()) throw InputError(std::move(problems));
  return config;
}

void generate(const GenerateArguments& arguments, const GlobalOptions& global) {
  WorkloadConfig config = load_workload(arguments.settings, global, arguments.sets);
  if (config.synthetic && arguments.duration_s) config.synthetic->duration = Seconds(*arguments.duration_s);
  if (config.synthetic && !config.synthetic->duration)
    throw InputError("--duration", "missing: the settings do not say when the trace ends");
  ClassTable classes;
  const auto source = make_source(config, classes, arguments.seed);
  watch_interrupts();
  const std::uint64_t rows = write_trace(*source, classes, arguments.out, arguments.force);
  if (!global.quiet) std::printf("%s: %s requests\n", arguments.out.c_str(), grouped(rows).c_str());
}

void print_lengths(const char* name, const LengthStatistics& lengths) {
  std::printf("%-14s mean %.1f, p50 %u, p90 %u, p99 %u, max %u, total %s\n", name, lengths.mean_tokens,
              lengths.p50_tokens, lengths.p90_tokens, lengths.p99_tokens, lengths.max_tokens,
              grouped(lengths.total_tokens).c_str());
}

void describe_trace(const std::string& file) {
  WorkloadConfig config;
  config.trace.emplace().path = file;
  ClassTable classes;
  const auto statistics = describe(*make_source(config, classes, 1), classes);
  std::printf("requests       %s\n", grouped(statistics.requests).c_str());
  std::printf("duration       %.1f s\n", statistics.duration.value());
  std::printf("rate           %.4g /s mean, %.4g /s in the busiest 60 s\n", statistics.mean_rate.value(),
              statistics.peak_rate.value());
  std::printf("gaps           mean %.4g s, coefficient of variation %.3f\n", statistics.mean_gap.value(),
              statistics.gap_cv);
  if (statistics.dispersion_10s && statistics.dispersion_60s)
    std::printf("dispersion     %.2f in 10 s, %.2f in 60 s (variance over mean of counts; Poisson is 1)\n",
                *statistics.dispersion_10s, *statistics.dispersion_60s);
  print_lengths("input tokens", statistics.input);
  print_lengths("output tokens", statistics.output);
  if (classes.typed())
    for (const auto& entry : statistics.classes)
      std::printf("class          %s: %s requests, %.1f %%\n", entry.name.c_str(), grouped(entry.requests).c_str(),
                  100 * entry.share_fraction);
}

}  // namespace

void add_trace_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("trace", "Generate and describe request traces");
  command->require_subcommand(1);

  auto* generator = command->add_subcommand("generate", "Write a synthetic trace (.csv, .csv.gz) from settings");
  auto arguments = std::make_shared<GenerateArguments>();
  generator->add_option("settings", arguments->settings, "Settings: {\"synthetic\": {...}} as in a scenario's workload")
      ->required()
      ->type_name("SETTINGS");
  generator->add_option("--out", arguments->out, "Trace file to write")->required()->type_name("FILE");
  generator->add_option("--seed", arguments->seed, "Seed of all random streams")
      ->check(&seed_problem)
      ->capture_default_str();
  generator->add_option("--duration", arguments->duration_s, "Length of the trace in seconds")
      ->check(&duration_problem)
      ->type_name("SECONDS");
  generator->add_flag("--force", arguments->force, "Replace a trace that headroom wrote");
  generator->add_option("--set", arguments->sets, "Override a setting: /json/pointer=value")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  generator->callback([arguments, &global] { generate(*arguments, global); });

  auto* describer = command->add_subcommand("describe", "Print the statistics of a trace");
  auto file = std::make_shared<std::string>();
  describer->add_option("trace", *file, "Trace file: .csv or .jsonl, plain or .gz")->required()->type_name("TRACE");
  describer->callback([file] { describe_trace(*file); });
}

}  // namespace headroom
