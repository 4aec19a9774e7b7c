#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/warnings.hpp"
#include "config/folders.hpp"
#include "config/row_parts.hpp"
#include "registry/day_plan.hpp"
#include "registry/registry_rows.hpp"

namespace headroom {
namespace {

struct ProvisionArguments {
  std::string registry;
  std::vector<std::string> sets;
  std::string format;  ///< empty: a table on a terminal, else JSON
};

void provision_day(const ProvisionArguments& arguments, const GlobalOptions& global) {
  const WorkflowRegistry registry =
      load_registry(arguments.registry, ConfigFolders(global.config_dirs), arguments.sets);
  say(registry_warnings(registry), global.strict);
  const Json rows = registry_rows(registry);
  const bool for_people = arguments.format.empty() ? ::isatty(STDOUT_FILENO) != 0 : arguments.format == "table";
  print(for_people ? parts_table(rows) : arguments.format == "csv" ? parts_csv(rows) : parts_json(rows));
}

}  // namespace

void add_provision_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "provision", "Choose configurations and plan instances for a day of workflows, without a run");
  auto arguments = std::make_shared<ProvisionArguments>();
  command->add_option("registry", arguments->registry, "The registry: a name or a file")
      ->required()
      ->type_name("REGISTRY");
  command->add_option("--set", arguments->sets, "Override a value of it: /json/pointer=value; may be repeated")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->add_option("--format", arguments->format, "json, csv or table; a table on a terminal, else json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"json", "csv", "table"}));
  command->callback([arguments, &global] { provision_day(*arguments, global); });
}

}  // namespace headroom
