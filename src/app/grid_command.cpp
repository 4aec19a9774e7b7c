#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/commands.hpp"
#include "app/grid_table.hpp"
#include "app/print.hpp"
#include "app/warnings.hpp"
#include "base/file.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "config/document.hpp"
#include "config/folders.hpp"
#include "config/reader.hpp"
#include "grid/grid_check.hpp"
#include "grid/grid_files.hpp"

namespace headroom {
namespace {

struct GridArguments {
  std::string out;
  std::optional<std::string> spec;
  std::string instrument;
  std::optional<std::string> node;
  bool json = false;
};

/// What the checks need of a resolved scenario.
struct GridSection {
  GridConfig grid;
  void fields(Fields& f) { f.required("grid", grid, "what is checked, and how"); }
};

/// The settings of the run whose resolved.json this is.
GridConfig settings_of(const std::filesystem::path& file, const ConfigFolders& folders) {
  Json scenario = parse_json_file(file);
  if (!scenario.contains("grid")) throw InputError(file.string() + ": /grid", "missing: the run watched no node");
  const Document document({{"grid", std::move(scenario["grid"])}}, file, folders);
  GridSection section;
  read_config(document, section);
  return std::move(section.grid);
}

/// The run's settings with what the command line replaces.
GridConfig settings_of(const GridArguments& arguments, const ConfigFolders& folders) {
  const std::filesystem::path file = std::filesystem::path(arguments.out) / "resolved.json";
  GridConfig config = settings_of(file, folders);
  if (arguments.spec) config.spec = load_spec(*arguments.spec, folders, "--spec");
  if (!arguments.instrument.empty())
    config.instrument =
        arguments.instrument == word_of(Instrument::none) ? Instrument::none : Instrument::one_second_mean;
  return config;
}

std::vector<GridNode> nodes_of(const GridArguments& arguments) {
  const std::filesystem::path file = std::filesystem::path(arguments.out) / "grid.json";
  if (!is_file(file))
    throw InputError(arguments.out, "holds no grid.json: it is no output directory of a run with /grid");
  std::vector<GridNode> nodes = read_grid(file);
  if (!arguments.node) return nodes;
  std::vector<std::string> known;
  known.reserve(nodes.size());
  for (const GridNode& node : nodes) known.push_back(node.path);
  std::erase_if(nodes, [&](const GridNode& node) { return node.path != *arguments.node; });
  if (nodes.empty())
    throw InputError("--node", "no node that was watched is called \"" + *arguments.node +
                                   "\" (there are: " + join(known, ", ") + ")" + did_you_mean(*arguments.node, known));
  return nodes;
}

void check_again(const GridArguments& arguments, const GlobalOptions& global) {
  const std::vector<GridNode> nodes = nodes_of(arguments);
  const GridConfig config = settings_of(arguments, ConfigFolders(global.config_dirs));
  const std::vector<GridResult> results = check_grid(nodes, config);
  if (!config.spec && std::ranges::none_of(results, &GridResult::measured))
    throw InputError(arguments.out + "/grid.json", "has no node with two samples or more");
  say(warnings_of(results), false);
  print(arguments.json ? grid_json(results).dump(2) + "\n" : grid_table(results));
  if (!std::ranges::all_of(results, &GridResult::passed)) throw OutsideLimits();
}

}  // namespace

void add_grid_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("grid",
                                         "Check the power of a finished run as a utility would; exit code 4 where a "
                                         "limit is not kept or cannot be tested");
  auto arguments = std::make_shared<GridArguments>();
  command->add_option("out", arguments->out, "Output directory of a run with /grid")->required()->type_name("OUT");
  command->add_option("--spec", arguments->spec, "The utility's limits: a name or a file; those of the run without it")
      ->type_name("SPEC");
  command
      ->add_option("--instrument", arguments->instrument,
                   "See power through it: none or one_second_mean; that of the run without it")
      ->check(CLI::IsMember({"none", "one_second_mean"}));
  command->add_option("--node", arguments->node, "Check this node only")->type_name("NODE");
  command->add_flag("--json", arguments->json, "Print JSON, like /grid of summary.json");
  command->callback([arguments, &global] { check_again(*arguments, global); });
}

}  // namespace headroom
