#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/profile_work.hpp"
#include "base/interrupt.hpp"
#include "base/new_name.hpp"
#include "base/output_file.hpp"
#include "base/text.hpp"
#include "config/folders.hpp"
#include "profile/profile_json.hpp"

namespace headroom {
namespace {

struct ProfileArguments {
  std::string scenario;
  std::string out;
  std::vector<std::string> sets;
  std::size_t jobs = 0;
  bool force = false;
  bool no_cache = false;
};

/// Shares of the largest load at the highest clock for which the table names the clock of least energy.
constexpr std::array<double, 3> kShownShares{0.25, 0.5, 0.75};

/// The clock at which a load draws least, of those that carry it; in MHz.
std::string best_clock(const ProfileTable& profile, VariantId variant, PoolId pool, double load) {
  Hertz best{};
  for (const Hertz clock : profile.clocks(variant))
    if (load <= profile.largest_load(variant, pool, clock) &&
        (best == Hertz() || profile.power(variant, pool, clock, load) < profile.power(variant, pool, best, load)))
      best = clock;
  return line("%.0f", best.value() / 1e6);
}

std::string row_of(const ProfileTable& profile, VariantId variant, PoolId pool) {
  const auto& of = profile.variants()[variant.index()];
  const Hertz highest = profile.clocks(variant).back();
  const double most = profile.largest_load(variant, pool, highest);
  std::string row = line("  %-12s %-16s %5u %12.0f", profile.pools()[pool.index()].name.c_str(),
                         (of.name.empty() ? of.service : of.name).c_str(), of.gpus, most);
  if (most == 0) return row + "  no load keeps the latency targets\n";
  row += line(" %9.0f", profile.power(variant, pool, highest, most).value());
  for (const double share : kShownShares) row += line(" %8s", best_clock(profile, variant, pool, share * most).c_str());
  return row + "\n";
}

std::string table_of(const ProfileTable& profile) {
  std::string table = line("  %-12s %-16s %5s %12s %9s %26s\n", "pool", "variant", "GPUs", "largest load", "there",
                           "best clock at 25, 50, 75 %");
  table += line("  %-12s %-16s %5s %12s %9s %26s\n", "", "", "", "tokens/s", "W", "of it, MHz");
  for (std::size_t p = 0; p < profile.pools().size(); ++p)
    for (std::size_t v = 0; v < profile.variants().size(); ++v)
      if (profile.pools()[p].mean_input_tokens > 0) table += row_of(profile, VariantId(v), PoolId(p));
  return table;
}

std::string written(const ProfileTable& profile, const std::filesystem::path& out) {
  return out.extension() == ".csv" ? profile_csv(profile) : profile_json(profile).dump(1) + "\n";
}

void publish(const std::string& text, const std::string& out, bool force) {
  NewFile file(out);
  OutputFile output(file.descriptor(), file.temporary());
  output << text;
  output.close();
  if (force) return file.replace();
  if (!file.take_free_name()) throw InputError("--out", out + " exists; --force replaces it");
}

void profile(const ProfileArguments& arguments, const GlobalOptions& global) {
  const std::filesystem::path out(arguments.out);
  if (out.extension() != ".json" && out.extension() != ".csv")
    throw InputError("--out", "must end in .json or .csv, not \"" + out.extension().string() + '"');
  if (!arguments.force && std::filesystem::exists(out))
    throw InputError("--out", arguments.out + " exists; --force replaces it");
  LoadedScenario loaded = load_scenario(arguments.scenario, ConfigFolders(global.config_dirs), arguments.sets);
  if (loaded.scenario.all_services().empty()) throw InputError(arguments.scenario, "has no services to profile");
  Warned warned(global.strict);
  warned(loaded.warnings);
  watch_interrupts();
  const ProfileTable made =
      profile_with_progress(loaded, arguments.no_cache ? "" : cache_folder(), arguments.jobs, global.quiet, warned);
  publish(written(made, out), arguments.out, arguments.force);
  if (!global.quiet) print(table_of(made) + "written to " + arguments.out + "\n");
}

}  // namespace

void add_profile_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "profile", "Measure power and latencies of a scenario's variants over load and clock, by short runs of each");
  auto arguments = std::make_shared<ProfileArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file (JSON)")->required()->type_name("SCENARIO");
  command->add_option("--out", arguments->out, "File to make: .json or .csv by its ending")
      ->required()
      ->type_name("FILE");
  command->add_option("--set", arguments->sets, "Override a value: /json/pointer=value; may be repeated")
      ->type_name("POINTER=VALUE")
      ->allow_extra_args(false);
  command->add_option("-j,--jobs", arguments->jobs, "Runs at a time; without it, one a core")
      ->check(CLI::Range(1, 4096))
      ->type_name("N");
  command->add_flag("--force", arguments->force, "Replace the file where it exists");
  command->add_flag("--no-cache", arguments->no_cache, "Make it anew, and do not keep it for the next run");
  command->callback([arguments, &global] { profile(*arguments, global); });
}

}  // namespace headroom
