#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "base/output_file.hpp"
#include "base/problem.hpp"
#include "compare/comparison.hpp"
#include "compare/comparison_junit.hpp"
#include "compare/comparison_writers.hpp"

namespace headroom {
namespace {

struct CompareArguments {
  std::string base;
  std::string now;
  std::string tolerance;
  bool json = false;
  bool markdown = false;
  bool github = false;
  std::string junit;
};

/// Reads a result; where it cannot, its problems go into `problems`.
ResultTable read_into(const std::string& path, std::vector<Problem>& problems) {
  try {
    return read_result(path);
  } catch (const InputError& error) {
    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    return {};
  }
}

/// An annotation of the job, and the moves on its summary page, where the job says which file that is.
void tell_github(const Comparison& comparison, const ResultTable& base, const ResultTable& now) {
  print(comparison_annotation(comparison, now));
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (summary == nullptr) return;
  std::ofstream file(summary, std::ios::app);
  file << comparison_markdown(comparison, base, now);
  file.close();
  if (!file) throw WriteError(summary, errno);
}

void compare_results(const CompareArguments& arguments, const GlobalOptions& global) {
  std::vector<Problem> problems;
  const ResultTable base = read_into(arguments.base, problems);
  const ResultTable now = read_into(arguments.now, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  check_comparable(base, now);
  Tolerances tolerances;
  if (!arguments.tolerance.empty()) tolerances = Tolerances(arguments.tolerance, pointers_of(base, now));
  const Comparison comparison = compare(base, now, tolerances);
  const bool moved = !comparison.moved.empty();
  if (!arguments.junit.empty()) write_junit(arguments.junit, comparison_junit(comparison, base, now));
  if (arguments.github) tell_github(comparison, base, now);
  if (arguments.json) print(comparison_json(comparison, base, now));
  else if (arguments.markdown) print(comparison_markdown(comparison, base, now));
  else if (moved || !global.quiet) print(comparison_text(comparison));
  if (moved) throw OutsideLimits();
}

}  // namespace

void add_compare_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "compare", "Say which values moved between two runs or two sweeps; exit code 4 where any did");
  auto arguments = std::make_shared<CompareArguments>();
  command
      ->add_option("base", arguments->base, "Output directory of a run or a sweep, or its summary.json or sweep.json")
      ->required()
      ->type_name("BASE");
  command->add_option("new", arguments->now, "What is compared with it, of the same kind")
      ->required()
      ->type_name("NEW");
  command->add_option("--tolerance", arguments->tolerance, "How far values may move, by JSON pointer; exact without it")
      ->type_name("FILE");
  auto* json = command->add_flag("--json", arguments->json, "Print JSON");
  auto* markdown = command->add_flag("--markdown", arguments->markdown, "Print a table for a comment on a pull request")
                       ->excludes(json);
  command
      ->add_flag("--github", arguments->github,
                 "Print an annotation for a job of GitHub first, and append the Markdown to its summary")
      ->excludes(json)
      ->excludes(markdown);
  command->add_option("--junit", arguments->junit, "Write the comparison as JUnit's XML, too")->type_name("FILE");
  command->footer(
      "A tolerance file maps JSON pointers to a relative tolerance or an object:\n"
      "  {\"\": 1e-9, \"/power/*/peak_w\": 0.01, \"/throttle\": {\"absolute\": 2}, \"/checks\": {\"ignore\": true}}\n"
      "It holds for all values below a pointer; the longest pointer decides, and * stands for any one step.");
  command->callback([arguments, &global] { compare_results(*arguments, global); });
}

}  // namespace headroom
