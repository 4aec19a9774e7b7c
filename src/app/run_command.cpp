#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "app/commands.hpp"
#include "app/memory_estimate.hpp"
#include "app/memory_limit.hpp"
#include "app/output_directory.hpp"
#include "app/print.hpp"
#include "app/profile_work.hpp"
#include "app/progress.hpp"
#include "app/run_table.hpp"
#include "app/uncertainty.hpp"
#include "app/warnings.hpp"
#include "base/file.hpp"
#include "base/huge_pages.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "config/folders.hpp"
#include "config/result_json.hpp"
#include "engine/simulation.hpp"
#include "grid/grid_files.hpp"
#include "metrics/chrome_trace.hpp"
#include "metrics/request_csv.hpp"
#include "metrics/stage_csv.hpp"
#include "metrics/tidy_tables.hpp"
#include "metrics/writers.hpp"
#include "scenario/answers_config.hpp"
#include "scenario/class_pools.hpp"
#include "scenario/graph_classes.hpp"
#include "scenario/inputs.hpp"
#include "scenario/scenario.hpp"
#include "scenario/slo.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

using Clock = std::chrono::steady_clock;

struct RunArguments {
  std::string scenario;
  std::string out;
  std::vector<std::string> sets;
  std::uint64_t uncertainty = 0;  ///< draws of the models' errors
  bool force = false;
  bool requests = false;
  bool trace = false;
  bool csv = false;
  bool sqlite = false;
};

HostUsage usage_since(Clock::time_point begun) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {std::chrono::duration<double>(Clock::now() - begun).count(), static_cast<double>(usage.ru_maxrss) * 1024};
}

/// The outputs that grow with the run, written while it goes on.
struct DetailedOutputs {
  std::optional<RequestCsv> requests;
  std::optional<StageCsv> stages;
  std::optional<ChromeTrace> trace;

  DetailedOutputs(const RunArguments& arguments, const OutputDirectory& out, const ClassTable& classes,
                  const Scenario& scenario) {
    if (arguments.requests)
      requests.emplace(
          out.file("requests.csv"), [&classes](ClassId id) { return classes.name(id); }, scenario.network.has_value());
    if (arguments.requests && !scenario.workload.graphs.empty()) stages.emplace(out.file("stages.csv"));
    if (arguments.trace) trace.emplace(out.file("trace.json"));
  }
  std::vector<RunListener*> listeners() {
    std::vector<RunListener*> list;
    if (requests) list.push_back(&*requests);
    if (stages) list.push_back(&*stages);
    if (trace) list.push_back(&*trace);
    return list;
  }
  void close(const Report& report) {
    if (requests) requests->close();
    if (stages) stages->close();
    if (trace) trace->close(report);
  }
};

/// The results once more, as tables.
void write_tidy(const RunArguments& arguments, const Report& report, const OutputDirectory& out) {
  if (arguments.csv) write_tables(report, *csv_tables(out.file("")));
  if (arguments.sqlite) write_tables(report, *sqlite_tables(out.file("tables.sqlite")));
}

void write_outputs(const Report& report, const std::string& resolved, Clock::time_point begun, OutputDirectory& out) {
  write_file(out.file("resolved.json"), resolved);
  write_power(report, out.file("power.json"));
  write_latency(report, out.file("latency.json"));
  write_events(report, out.file("events.json"));
  if (!report.series.pools.empty()) {
    write_series(report.series, out.file("series.json"));
    write_nodes(report.instances, out.file("nodes.json"));
  }
  if (report.thermal) write_heat(report.thermal->series, out.file("heat.json"));
  if (!report.grid.empty()) {
    write_spectrum(report.grid, out.file("spectrum.json"));
    write_grid(report.grid_power, out.file("grid.json"));
  }
  write_summary(report, out.file("summary.json"));
  write_host(report, usage_since(begun), out.file("host.json"));
  stop_if_interrupted();
  out.publish();
}

/// What the run would be with other errors of the models; each draw changes its own process alone.
/// Policies go by the profile of the models as they are.
UncertaintyResult over_draws(std::uint64_t draws, Scenario& scenario, const ClassTable& classes, RequestSource& source,
                             const Profile* profile) {
  const auto heartbeat = [](Seconds, std::uint64_t) { stop_if_interrupted(); };
  return uncertainty_of(drawn_summaries(draws, [&](std::uint64_t draw) {
    scenario.model_draw = draw;
    Simulation simulation(scenario, classes, source, {{}, heartbeat, profile});
    const Report report = simulation.run();
    return result_json(slot_of(report)).dump();
  }));
}

/// The results are there whatever becomes of what is said about them.
void say_what_is_there(const Report& report, const HostUsage& host, const std::string& out) {
  try {
    print(run_table(report, host) + (report.uncertainty ? uncertainty_rows(*report.uncertainty) : "") + "written to " +
          out + "\n");
  } catch (const std::system_error& error) {
    throw std::runtime_error("the results are in " + out + ", but: " + error.what());
  }
}

void run(const RunArguments& arguments, const GlobalOptions& global) {
  const auto begun = Clock::now();
  use_huge_pages();
  LoadedScenario loaded = load_scenario(arguments.scenario, ConfigFolders(global.config_dirs), arguments.sets);
  const auto& [scenario, resolved, warnings, files] = loaded;
  FileHashes hashes;
  const auto inputs = records_of(files, hashes);
  check_memory(scenario, memory_limit_mib(global.max_memory_mib), arguments.scenario);
  ClassTable classes;
  const auto source = make_source(scenario.workload, classes, scenario.seed, scenario.where("/workload"),
                                  scenario.duration, scenario.prompt_blocks());
  add_stage_classes(scenario, classes);
  check_slo(scenario, classes);
  check_answers(scenario, classes);
  check_pools(scenario, classes);
  check_images(scenario, *source);
  Warned warned(global.strict);
  warned(warnings);
  watch_interrupts();
  OutputDirectory out(arguments.out, arguments.force);
  try {
    const auto profile = profile_of_run(loaded, global.quiet, warned);
    std::optional<UncertaintyResult> drawn;
    if (arguments.uncertainty > 0)
      drawn = over_draws(arguments.uncertainty, loaded.scenario, classes, *source, profile ? &*profile : nullptr);
    DetailedOutputs detailed(arguments, out, classes, scenario);
    Progress progress(scenario.duration);
    const auto heartbeat = [&](Seconds simulated, std::uint64_t requests) {
      stop_if_interrupted();
      progress.update(simulated, requests);
    };
    Simulation simulation(scenario, classes, *source, {detailed.listeners(), heartbeat, profile ? &*profile : nullptr});
    warned(simulation.warnings());
    Report report = simulation.run();
    warned(report.warnings);
    warned(source->warnings());
    report.warnings = warned.all();
    report.inputs = inputs;
    report.uncertainty = std::move(drawn);
    check_unchanged(scenario, inputs, records_of(files, hashes));
    detailed.close(report);
    write_tidy(arguments, report, out);
    write_outputs(report, resolved, begun, out);
    if (!report.balances())
      throw std::runtime_error("energy, tokens, requests or KV memory are not conserved (/checks in " + arguments.out +
                               "/summary.json): please report this");
    if (!global.quiet) say_what_is_there(report, usage_since(begun), arguments.out);
  } catch (const WriteError& error) {
    throw WriteError(out.final_name(error.file()), error.error());
  }
}

}  // namespace

void add_run_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("run", "Run a scenario and write its results into a new directory");
  auto arguments = std::make_shared<RunArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file (JSON)")->required()->type_name("SCENARIO");
  command
      ->add_option("--out", arguments->out,
                   "Directory to make: summary.json, power.json, latency.json, events.json, resolved.json, host.json")
      ->required()
      ->type_name("DIR");
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value; may be repeated")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--uncertainty", arguments->uncertainty,
                   "Also run over so many draws of the models' errors: p10, p50 and p90 of what comes out")
      ->type_name("DRAWS")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000}));
  command->add_flag("--force", arguments->force, "Replace the output directory where it exists");
  command->add_flag("--requests", arguments->requests,
                    "Also write requests.csv, one line a request, and of job graphs stages.csv, one a stage");
  command->add_flag("--trace", arguments->trace, "Also write trace.json for Perfetto; large");
  command->add_flag("--csv", arguments->csv, "Also write the results as tables, *.csv.gz");
  command->add_flag("--sqlite", arguments->sqlite, "Also write the same tables into one database, tables.sqlite");
  command->callback([arguments, &global] { run(*arguments, global); });
}

}  // namespace headroom
