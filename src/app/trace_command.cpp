#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "app/commands.hpp"
#include "app/trace_table.hpp"
#include "app/warnings.hpp"
#include "base/interrupt.hpp"
#include "base/text.hpp"
#include "config/folders.hpp"
#include "config/reader.hpp"
#include "trace/trace_reader.hpp"
#include "trace/trace_statistics.hpp"
#include "trace/trace_writer.hpp"
#include "workload/make_source.hpp"

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
  return config;
}

void generate(const GenerateArguments& arguments, const GlobalOptions& global) {
  WorkloadConfig config = load_workload(arguments.settings, global, arguments.sets);
  if (config.synthetic && arguments.duration_s) config.synthetic->duration = Seconds(*arguments.duration_s);
  for (SyntheticConfig& also : config.also)
    if (!also.duration || arguments.duration_s) also.duration = config.synthetic->duration;
  if (config.synthetic && !config.synthetic->duration)
    throw InputError("--duration", "missing: the settings do not say when the trace ends");
  ClassTable classes;
  const auto source = make_source(config, classes, arguments.seed, arguments.settings + ": ");
  watch_interrupts();
  const std::uint64_t rows = write_trace(*source, classes, arguments.out, arguments.force);
  if (!global.quiet) std::printf("%s: %s requests\n", arguments.out.c_str(), grouped(rows).c_str());
}

struct TraceArguments {
  std::vector<std::string> files;
  std::vector<std::string> sets;
  std::string from;
  std::string until;
  std::string input_parts;
  std::string output_parts;
  std::string out;
  bool force = false;
};

/// What stands around a trace in a scenario, so that `--set` has the pointers that messages name.
struct TraceDocument {
  WorkloadConfig workload;
  void fields(Fields& f) { f("workload", workload, "requests"); }
};

/// One end of the window, as its option gives it.
Override window_end(const char* option, const std::string& key, const std::string& moment) {
  Override end = parse_override("/workload/trace/" + key + "=" + moment);
  end.file = option;
  return end;
}

/// How a side is divided, as its option says it: so many parts of equal share, or thresholds.
Override parts_override(const char* option, const std::string& side, const std::string& text) {
  constexpr std::uint64_t most_parts = 16;
  Json numbers = Json::parse('[' + text + ']', nullptr, false);
  const auto is_count = [](const Json& number) { return number.is_number_unsigned(); };
  if (numbers.is_discarded() || numbers.empty() || !std::ranges::all_of(numbers, is_count))
    throw InputError(option, "takes a number of parts (3), or thresholds in tokens (256,1024)");
  const bool is_number_of_parts = numbers.size() == 1 && numbers[0].get<std::uint64_t>() <= most_parts;
  Override parts = parse_override("/workload/trace/types/" + side + "=0");
  parts.value = is_number_of_parts ? Json{{"parts", numbers[0]}} : Json{{"thresholds", numbers}};
  parts.file = option;
  return parts;
}

WorkloadConfig workload_of(const TraceArguments& arguments, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  const char* key = arguments.files.size() == 1 ? "path" : "paths";
  const Json files = arguments.files.size() == 1 ? Json(arguments.files[0]) : Json(arguments.files);
  Document document(Json{{"workload", {{"trace", {{key, files}}}}}}, "trace", folders);
  for (const auto& override : parse_overrides(arguments.sets)) document.put(override);
  if (!arguments.from.empty()) document.put(window_end("--from-s", "from_s", arguments.from));
  if (!arguments.until.empty()) document.put(window_end("--until-s", "until_s", arguments.until));
  if (!arguments.input_parts.empty()) document.put(parts_override("--types-input", "input", arguments.input_parts));
  if (!arguments.output_parts.empty()) document.put(parts_override("--types-output", "output", arguments.output_parts));
  TraceDocument config;
  read_config(document, config);
  return std::move(config.workload);
}

void describe_trace(const TraceArguments& arguments, const GlobalOptions& global) {
  const WorkloadConfig config = workload_of(arguments, global);
  ClassTable classes;
  const auto source = make_source(config, classes, 1, "/workload", {}, PromptBlocks::where_told);
  const auto statistics = describe(*source, classes);
  const TraceFacts facts = source->trace()->facts();
  say(source->warnings(), global.strict);
  print_facts(facts);
  print_statistics(statistics, facts, classes);
}

void convert(const TraceArguments& arguments, const GlobalOptions& global) {
  const WorkloadConfig config = workload_of(arguments, global);
  ClassTable classes;
  const auto source = make_source(config, classes, 1);
  if (global.strict) {  // nothing is written then
    const auto trial = make_source(config, classes, 1);
    for (Request request; trial->next(request);) {
    }
    say(trial->warnings(), true);
  }
  watch_interrupts();
  const std::uint64_t rows = write_trace(*source, classes, arguments.out, arguments.force);
  say(source->warnings(), global.strict);
  if (!global.quiet) std::printf("%s: %s requests\n", arguments.out.c_str(), grouped(rows).c_str());
}

/// Files, settings and window, which describing and converting a trace share.
void add_trace_options(CLI::App& command, TraceArguments& arguments) {
  command.add_option("trace", arguments.files, "Trace files, or a folder of them: CSV or JSON, plain, gzip or zstd")
      ->required()
      ->type_name("TRACE");
  command.add_option("--set", arguments.sets, "How to read it: /workload/trace/key=value, as in a scenario")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command.add_option("--from-s", arguments.from, "Begin here: seconds after the first row, or a date")
      ->type_name("MOMENT");
  command.add_option("--until-s", arguments.until, "End before: seconds after the first row, or a date")
      ->type_name("MOMENT");
  command
      .add_option("--types-input", arguments.input_parts,
                  "Types by length of the prompt: 3 for parts of equal share (up to 16), 256,1024 for thresholds")
      ->type_name("PARTS");
  command.add_option("--types-output", arguments.output_parts, "Types by length of the output, likewise")
      ->type_name("PARTS");
}

}  // namespace

void add_trace_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("trace", "Generate, describe and convert request traces");
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

  auto* describer = command->add_subcommand("describe", "Say what a trace is taken for, and print its statistics");
  auto described = std::make_shared<TraceArguments>();
  add_trace_options(*describer, *described);
  describer->callback([described, &global] { describe_trace(*described, global); });

  auto* converter =
      command->add_subcommand("convert", "Write a trace in the layout of this program, as it is read, guesses and all");
  auto converted = std::make_shared<TraceArguments>();
  add_trace_options(*converter, *converted);
  converter->add_option("--out", converted->out, "Trace file to write (.csv, .csv.gz)")->required()->type_name("FILE");
  converter->add_flag("--force", converted->force, "Replace the file where it exists");
  converter->callback([converted, &global] { convert(*converted, global); });
}

}  // namespace headroom
