#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/random_placements.hpp"
#include "base/problem.hpp"
#include "config/folders.hpp"
#include "jobs/vm_list.hpp"

namespace headroom {
namespace {

struct PlacementsArguments {
  std::string scenario;
  std::vector<std::string> sets;
  std::size_t permutations = 100'000;
  std::size_t draws = 10;
};

/// GPU power over TDP at the peak of each machine of the start, in order; serving ones as they are expected.
std::vector<double> levels_of(const Scenario& scenario, std::size_t servers) {
  const double idle = scenario.hardware.gpu_power.idle / scenario.hardware.gpu.tdp;
  const VmList list = list_vms(scenario, servers, idle);
  std::vector<double> levels;
  for (const VmSpec& vm : list.machines)
    if (vm.arrival == Seconds() && levels.size() < servers)
      levels.push_back(vm.service ? scenario.workload.vms->serving_level_fraction
                                  : list.groups[vm.group].level_fraction);
  levels.resize(servers, 0.0);  // servers without a machine
  return levels;
}

void check(const LoadedScenario& loaded, const std::string& file) {
  if (!loaded.scenario.cooling) throw InputError(file, "has no /cooling, so that nothing gets warm");
  if (!loaded.scenario.workload.vms) throw InputError(file, "has no /workload/vms to place");
  if (!loaded.scenario.server_types.empty()) throw InputError(file, "has several server types: placements know one");
  if (!loaded.scenario.workload.vms->path.empty())
    throw InputError(file, "/workload/vms/path: placements know generated machines alone");
  if (loaded.scenario.workload.vms->gpus != loaded.scenario.hardware.server.gpus)
    throw InputError(file, "/workload/vms/gpus: a machine must fill a server");
}

std::string cells(const OverPlacements& over, double unit, const char* format) {
  std::string text;
  for (const double value : {over.least, over.median, over.mean, over.worst}) {
    char cell[32];
    std::snprintf(cell, sizeof cell, format, value / unit);
    text += cell;
  }
  return text;
}

void placements(const PlacementsArguments& arguments, const GlobalOptions& global) {
  LoadedScenario loaded = load_scenario(arguments.scenario, ConfigFolders(global.config_dirs), arguments.sets);
  check(loaded, arguments.scenario);
  Scenario& scenario = loaded.scenario;
  const std::uint64_t first = scenario.seed;
  print(
      "seed   hottest GPU, degC: least median   mean  worst   highest row, kW: least median   mean  worst   worst/best "
      "  correlation\n");
  for (std::size_t i = 0; i < arguments.draws; ++i) {
    scenario.seed = first + i;
    if (i > 0 && scenario.workload.vms->seed) ++*scenario.workload.vms->seed;
    const auto levels = levels_of(scenario, Site(scenario.site).servers());
    const RandomPlacements drawn = random_placements(scenario, levels, arguments.permutations, first);
    char line[128];
    std::snprintf(line, sizeof line, "   %10.3f   %+11.3f\n", drawn.row_peak_w.worst / drawn.row_peak_w.least,
                  drawn.correlation);
    print(std::to_string(scenario.seed) + std::string(20, ' ') + cells(drawn.hottest_c, 1, " %6.1f") +
          std::string(17, ' ') + cells(drawn.row_peak_w, 1e3, " %6.1f") + line);
  }
}

}  // namespace

void add_placements_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "placements", "Place a scenario's virtual machines at random, at their peak: how warm, and how uneven rows get");
  auto arguments = std::make_shared<PlacementsArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file (JSON)")->required()->type_name("SCENARIO");
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value; may be repeated")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->add_option("--permutations", arguments->permutations, "Placements of each draw")
      ->check(CLI::Range(1, 100'000'000))
      ->type_name("N");
  command->add_option("--draws", arguments->draws, "Draws of hardware and machines, by seeds from the scenario's on")
      ->check(CLI::Range(1, 100'000))
      ->type_name("N");
  command->callback([arguments, &global] { placements(*arguments, global); });
}

}  // namespace headroom
