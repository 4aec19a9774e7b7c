#include "app/report_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "base/new_name.hpp"
#include "base/output_file.hpp"
#include "base/problem.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

/// `OUT.html` beside OUT.
fs::path default_file(const std::string& output) {
  fs::path file = fs::path(output).lexically_normal();
  if (!file.has_filename()) file = file.parent_path();
  if (file.empty() || file == "." || file == ".." || file == "/")
    throw InputError("--save", "names the page of a directory that has no name of its own");
  file += ".html";
  return file;
}

fs::path checked_file(const ReportArguments& arguments) {
  fs::path file = arguments.save.empty() ? default_file(arguments.sources.output) : fs::path(arguments.save);
  std::error_code absent;
  if (!fs::exists(fs::symlink_status(file, absent))) return file;
  if (fs::is_directory(file)) throw InputError("--save " + file.string(), "is a directory");
  if (!arguments.force)
    throw InputError("--save " + file.string(), "exists already; choose another name or add --force to replace it");
  return file;
}

void save(const std::string& page, const fs::path& target, bool force) {
  if (target.has_parent_path()) fs::create_directories(target.parent_path());
  NewFile file(target);
  OutputFile out(file.descriptor(), target);
  out << page;
  out.close();
  if (force) file.replace();
  else if (!file.take_free_name())
    throw InputError("--save " + target.string(), "has appeared while the page was made and is left alone");
}

}  // namespace

void make_report(const ReportArguments& arguments, const GlobalOptions& global) {
  const auto page = page_template();
  if (!page)
    throw InputError("report",
                     "this program was built without the page, which needs Node.js with npm and its registry: "
                     "install npm (scripts/setup.sh build) and build again");
  const fs::path file = checked_file(arguments);
  const std::string text = page_of(*page, page_facts(arguments.sources));
  save(text, file, arguments.force);
  if (!global.quiet) print("written to " + file.string() + "\n");
}

void add_report_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "report", "One HTML page of a run, beside base runs, or of a sweep: answer, power, latency, what went wrong");
  auto arguments = std::make_shared<ReportArguments>();
  command->add_option("output", arguments->sources.output, "Output directory of a run, or the directory of a sweep")
      ->required()
      ->type_name("OUT");
  command
      ->add_option("--base", arguments->sources.bases,
                   "Output of a run to compare with; the first one is in the answer")
      ->type_name("OUT")
      ->allow_extra_args(false);
  command->add_option("--sweep", arguments->sources.sweep, "A sweep whose points are shown beside the run")
      ->type_name("DIR");
  command->add_option("--save", arguments->save, "The page; without it OUT.html beside OUT")->type_name("FILE");
  command->add_flag("--force", arguments->force, "Replace a file of that name");
  command->footer("The page holds all that it shows: it needs no network and no other file.");
  command->callback([arguments, &global] { make_report(*arguments, global); });
}

}  // namespace headroom
