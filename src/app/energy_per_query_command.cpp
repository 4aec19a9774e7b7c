#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "app/commands.hpp"
#include "app/option_checks.hpp"
#include "app/print.hpp"
#include "app/warnings.hpp"
#include "base/problem.hpp"
#include "config/folders.hpp"
#include "config/row_parts.hpp"
#include "predict/prediction_sweep.hpp"
#include "query_energy/query_method.hpp"
#include "query_energy/query_rows.hpp"
#include "query_energy/query_way.hpp"

namespace headroom {
namespace {

struct QueryArguments {
  std::string method;
  std::vector<std::string> sets;
  std::string format;  ///< empty: a table on a terminal, else JSON
  std::string compare;
  std::string run;
  PredictionOptions ours;
  double inter_token_s = 0.05;
  std::optional<double> pue_ratio;
};

/// The one combination that the options are about.
const PredictionInput& only_input(const PredictionSweep& sweep) {
  if (sweep.inputs.size() != 1)
    throw InputError("--compare", "takes one value for each of the options, not " +
                                      std::to_string(sweep.inputs.size()) + " combinations");
  return sweep.inputs.front();
}

/// By the method, and by the steady state one by one and at the batch that keeps the target.
std::vector<QueryWay> steady_ways(const QueryArguments& arguments, const QueryMethod& method,
                                  const GlobalOptions& global) {
  if (arguments.ours.hardware.empty() || arguments.ours.model.empty())
    throw InputError("--compare", "goes with --hardware and --model, or with --run");
  const PredictionSweep sweep = prediction_sweep(arguments.ours, ConfigFolders(global.config_dirs));
  say(sweep.warnings, global.strict);
  PredictionInput input = only_input(sweep);
  const double pue = arguments.pue_ratio.value_or(method.pue_ratio.median());
  std::vector<QueryWay> ways{
      by_method(method, arguments.compare, input.prompt_tokens, input.output_tokens, "--compare")};
  const double most = largest_batch(input, Seconds(arguments.inter_token_s), "--inter-token-s");
  for (const double batch : {1.0, most}) {
    input.batch = batch;
    ways.push_back(by_steady_state(input, pue));
  }
  return ways;
}

std::vector<QueryWay> run_ways(const QueryArguments& arguments, const QueryMethod& method) {
  const QueryWay run = by_run(arguments.run);
  return {by_method(method, arguments.compare, run.input_tokens, run.share.output_tokens, "--compare"), run};
}

void energy_per_query(const QueryArguments& arguments, const GlobalOptions& global) {
  const QueryMethod method = load_query_method(arguments.method, ConfigFolders(global.config_dirs), arguments.sets);
  Json rows;
  if (arguments.compare.empty()) rows = query_rows(method);
  else if (arguments.run.empty()) rows = way_rows(steady_ways(arguments, method, global));
  else rows = way_rows(run_ways(arguments, method));
  const bool for_people = arguments.format.empty() ? ::isatty(STDOUT_FILENO) != 0 : arguments.format == "table";
  print(for_people ? parts_table(rows) : arguments.format == "csv" ? parts_csv(rows) : parts_json(rows));
}

}  // namespace

void add_energy_per_query_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "energy-per-query", "Say what a query takes: bottom up from throughput, in the steady state, and in a run");
  auto arguments = std::make_shared<QueryArguments>();
  const auto add = [command](const char* name, auto& value, const char* help, const char* type) {
    return command->add_option(name, value, help)->type_name(type);
  };
  add("method", arguments->method, "The method: a name or a file", "METHOD")->required();
  add("--set", arguments->sets, "Override a value of it: /json/pointer=value; may be repeated", "POINTER=VALUE")
      ->allow_extra_args(false);
  auto* compare = add("--compare", arguments->compare,
                      "Only this model of the method, at its medians, beside another way to the same query", "NAME");
  auto* run = add("--run", arguments->run, "The other way: a run with /query_energy, a mean request of it", "OUT")
                  ->needs(compare);
  PredictionOptions& ours = arguments->ours;
  const auto add_ours = [&](const char* name, auto& value, const char* help, const char* type) {
    return add(name, value, help, type)->needs(compare)->excludes(run);
  };
  add_ours("--hardware", ours.hardware, "The other way: the steady state of a server type ...", "NAME");
  add_ours("--model", ours.model, "... that serves this model ...", "NAME");
  add_ours("--stack", ours.stack, "... on this serving stack", "NAME")->capture_default_str();
  add_ours("--tensor-parallel", ours.tensor_parallel, "GPUs of an instance; all of a server by default", "NUMBER");
  add_ours("--prompt-tokens", ours.prompt_tokens, "Of the query", "NUMBER")->capture_default_str();
  add_ours("--output-tokens", ours.output_tokens, "Of the query", "NUMBER")->capture_default_str();
  add_ours("--inter-token-s", arguments->inter_token_s,
           "Median time between tokens that the largest batch keeps, beside a batch of 1", "S")
      ->capture_default_str()
      ->check(between(1e-6, 1e6));
  add_ours("--pue", arguments->pue_ratio, "Of the site; the method's median by default", "RATIO")
      ->check(between(1, 10));
  add("--format", arguments->format, "json, csv or table; a table on a terminal, else json", "FORMAT")
      ->check(CLI::IsMember({"json", "csv", "table"}));
  command->callback([arguments, &global] { energy_per_query(*arguments, global); });
}

}  // namespace headroom
