#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands.hpp"
#include "app/option_checks.hpp"
#include "app/print.hpp"
#include "app/warnings.hpp"
#include "config/folders.hpp"
#include "predict/number_list.hpp"
#include "predict/step_export.hpp"
#include "trace/trace_file.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostKnots = 10'000;

struct TablesArguments {
  std::string scenario;
  std::vector<std::string> sets;
  std::string batch_tokens = "1:16384:x2";
  double context_tokens = 1024;
};

/// The knots of a table: rising numbers of tokens.
std::vector<double> knots_of(const std::string& text) {
  auto knots = number_list(text, "--batch-tokens", kMostKnots);
  for (std::size_t i = 0; i < knots.size(); ++i)
    if (knots[i] < 1 || knots[i] > largest_token_count || (i > 0 && knots[i] <= knots[i - 1]))
      throw InputError("--batch-tokens", "must be numbers from 1 to 10000000 that rise");
  return knots;
}

void export_tables(const TablesArguments& arguments, const GlobalOptions& global) {
  const auto knots = knots_of(arguments.batch_tokens);
  const auto loaded = load_scenario(arguments.scenario, ConfigFolders(global.config_dirs), arguments.sets);
  say(loaded.warnings, global.strict);
  if (loaded.scenario.all_services().empty())
    throw InputError(arguments.scenario, "has no services whose steps could last any time");
  print(step_tables(loaded.scenario, knots, arguments.context_tokens));
}

}  // namespace

void add_tables_command(CLI::App& program, const GlobalOptions& global) {
  auto* command =
      program.add_subcommand("tables", "Print how long steps of a scenario's services last, as step tables");
  auto arguments = std::make_shared<TablesArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file")->required()->type_name("SCENARIO");
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->add_option("--batch-tokens", arguments->batch_tokens, "Tokens of a step, a row each")
      ->type_name("NUMBERS")
      ->capture_default_str();
  command->add_option("--context-tokens", arguments->context_tokens, "Held by each sequence that decodes")
      ->check(between(0, 1e7))
      ->type_name("TOKENS")
      ->capture_default_str();
  command->footer("NUMBERS are a list of numbers and ranges: 1,8,64 or 1:16384:x2 (factors of 2).");
  command->callback([arguments, &global] { export_tables(*arguments, global); });
}

}  // namespace headroom
