#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/option_checks.hpp"
#include "app/print.hpp"
#include "base/build_identity.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "plugin/plugins.hpp"

namespace {

constexpr int kFailed = 1, kWrongInput = 2, kBrokenPolicy = 3, kOutsideLimits = 4, kSignalled = 128;

constexpr const char* kFooter =
    "Start with:\n"
    "  headroom demo\n"
    "  headroom init row\n"
    "  headroom run row.json --out out/first\n"
    "Any value of a scenario can be set from the command line by its JSON pointer:\n"
    "  headroom run row.json --set /site/servers=60 --set /policy=no_cap --out out/second\n"
    "Exit codes: 0 done, 1 failed, 2 wrong input, 3 a policy broke its contract, 4 compared results differ "
    "or power is outside a specification, 130 interrupted (129 by SIGHUP, 143 by SIGTERM).";

/// The word that stands where a command should; nothing where there is a command.
std::optional<std::string> word_for_command(const CLI::App& program) {
  if (!program.get_subcommands().empty()) return std::nullopt;
  for (const auto& word : program.remaining())
    if (!word.starts_with('-')) return word;
  return std::nullopt;
}

std::string no_command(const CLI::App& program, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands({})) names.push_back(command->get_name());
  return "there is no command \"" + headroom::printable(word, 60) + "\"" + headroom::did_you_mean(word, names);
}

/// An option that the command does not have; nothing where all are its own.
std::optional<std::string> no_option(const CLI::App& program) {
  if (program.get_subcommands().empty()) return std::nullopt;
  const CLI::App& command = *program.get_subcommands().front();
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) names.push_back("--" + option->get_single_name());
  for (const auto& word : program.remaining(true))
    if (const std::string name = word.substr(0, word.find('=')); name.starts_with("--") && name != "--")
      return command.get_name() + " has no option \"" + headroom::printable(name, 60) + "\"" +
             headroom::did_you_mean(name, names);
  return std::nullopt;
}

/// What the command line was wrong about, in a sentence.
std::string wrong_about(const CLI::App& program, const CLI::Error& error) {
  constexpr std::size_t kLongest = 500;
  if (const auto word = word_for_command(program)) return no_command(program, *word);
  if (const auto option = no_option(program)) return *option;
  return headroom::printable(error.what(), kLongest);
}

std::string failure(const CLI::App* program, const CLI::Error& error) {
  return "headroom: " + wrong_about(*program, error) + "\nRun with --help for more information.\n";
}

/// A path that cannot be used is wrong input, a disk that is full or broken is not.
int exit_code_of(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO ? kFailed : kWrongInput;
}

int end_by(const std::filesystem::filesystem_error& error) {
  std::fprintf(stderr, "headroom: %s: %s\n", headroom::printable(error.path1().string()).c_str(),
               error.code().message().c_str());
  return exit_code_of(error.code().value());
}

int run(int argc, char** argv) {
  using namespace headroom;
  CLI::App program(
      "Headroom answers what-if questions about a datacenter full of GPU servers: it replays inference traffic on "
      "servers, "
      "racks and power distribution under a policy, and writes power, throttling and latency as JSON.");
  program.set_version_flag("--version",
                           std::string(HEADROOM_VERSION) + " (build " + std::string(build_identity()) + ")");
  program.footer(kFooter);
  program.require_subcommand(1);
  program.fallthrough();
  GlobalOptions global;
  program
      .add_option("--config-dir", global.config_dirs,
                  "Folder with hardware/, model/, site/, ... to search first; then $HEADROOM_CONFIGS, ./configs, and "
                  "those that belong to the program")
      ->type_name("DIR");
  program
      .add_option("--plugin", global.plugins,
                  "Shared library whose policies can be named beside those of the program (docs/plugins.md); may be "
                  "repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  program.parse_complete_callback([&global] { load_plugins(global.plugins); });
  program.add_flag("-q,--quiet", global.quiet, "Say nothing but warnings and errors");
  program.add_flag("--strict", global.strict, "Take warnings for errors: exit code 2");
  program
      .add_option("--max-memory", global.max_memory_mib,
                  "Refuse what may take more memory (run, check, sweep); without it 80 % of what is available")
      ->type_name("MIB")
      ->check(between(1, 1e12));
  program.failure_message(failure);
  log::setup();
  std::signal(SIGXFSZ, SIG_IGN);  // a file above the limit of `ulimit -f` is an error of writing
  add_demo_command(program, global);
  add_init_command(program, global);
  add_run_command(program, global);
  add_sweep_command(program, global);
  add_fit_command(program, global);
  add_choose_command(program, global);
  add_check_command(program, global);
  add_predict_command(program, global);
  add_energy_per_query_command(program, global);
  add_provision_command(program, global);
  add_list_command(program, global);
  add_describe_command(program, global);
  add_explain_command(program, global);
  add_profile_command(program, global);
  add_placements_command(program, global);
  add_plan_command(program, global);
  add_tables_command(program, global);
  add_trace_command(program, global);
  add_compare_command(program, global);
  add_grid_command(program, global);
  add_report_command(program, global);
  add_completion_command(program, global);
  try {
    try {
      program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (program.exit(error) != 0) return kWrongInput;
    }
    flush_output();
    return 0;
  } catch (const InputError& error) {
    for (const auto& line : said(error.problems())) std::fprintf(stderr, "headroom: %s\n", line.c_str());
    return kWrongInput;
  } catch (const PolicyError& error) {
    std::fprintf(stderr, "headroom: %s\n", error.what());
    return kBrokenPolicy;
  } catch (const OutsideLimits&) {
    return kOutsideLimits;
  } catch (const Interrupted& interrupted) {
    std::fprintf(stderr, "headroom: %s\n", interrupted.what());
    return kSignalled + interrupted.signal();
  } catch (const std::filesystem::filesystem_error& error) {
    return end_by(error);
  } catch (const WriteError& error) {
    std::fprintf(stderr, "headroom: %s\n", printable(error.what()).c_str());
    return exit_code_of(error.error());
  } catch (const std::bad_alloc&) {
    std::fputs("headroom: out of memory; headroom check SCENARIO --max-memory 1 names the largest parts\n", stderr);
    return kFailed;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "headroom: %s\n", printable(error.what()).c_str());
    return kFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv);
}
