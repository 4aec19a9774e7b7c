#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/kinds.hpp"
#include "app/print.hpp"
#include "base/file.hpp"
#include "base/new_name.hpp"
#include "base/output_file.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

struct InitArguments {
  std::string kind;
  std::string out;  ///< empty: KIND.json
};

/// What a scenario of a kind begins with, and a file that it names beside itself, where there is one.
struct Beginning {
  fs::path scenario;
  fs::path table;
};

Beginning beginning_of(const std::string& kind, const ConfigFolders& folders) {
  const fs::path scenario = folders.find("init", kind, "init");
  return {scenario, fs::path(scenario).replace_extension(".csv")};
}

void refuse_existing(const fs::path& file) {
  std::error_code absent;
  if (fs::exists(fs::symlink_status(file, absent)))
    throw InputError("--out " + file.string(), "exists already; choose another name");
}

/// Copies under a name that is free.
void copy_to_free(const fs::path& from, const fs::path& to) {
  const auto text = read_file(from);
  if (!text) throw InputError(from.string(), "cannot read this file: " + why_unreadable(from));
  if (to.has_parent_path()) fs::create_directories(to.parent_path());
  NewFile file(to);
  OutputFile output(file.descriptor(), file.temporary());
  output << *text;
  output.close();
  if (!file.take_free_name()) throw InputError("--out " + to.string(), "exists already; choose another name");
}

std::string kinds_text(const ConfigFolders& folders) {
  std::string text = "headroom init KIND, where KIND is one of\n";
  for (const NamedThing& kind : things("init", folders))
    text += "  " + kind.name + std::string(kind.name.size() < 10 ? 10 - kind.name.size() : 1, ' ') + kind.about + "\n";
  return text;
}

void init(const InitArguments& arguments, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  if (arguments.kind.empty()) return print(kinds_text(folders));
  const Beginning from = beginning_of(arguments.kind, folders);
  const fs::path to = arguments.out.empty() ? arguments.kind + ".json" : arguments.out;
  const fs::path table = to.parent_path() / from.table.filename();
  const bool has_table = is_file(from.table);
  refuse_existing(to);
  if (has_table) refuse_existing(table);
  if (has_table) copy_to_free(from.table, table);
  copy_to_free(from.scenario, to);
  if (!global.quiet)
    print("written to " + to.string() + (has_table ? " and " + table.string() : "") + "\nRun it: headroom run " +
          to.string() + " --out out/first\nWhat its values mean: headroom explain /POINTER\n");
}

}  // namespace

void add_init_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("init", "Write a scenario with comments to begin with, which runs as it is");
  auto arguments = std::make_shared<InitArguments>();
  command->add_option("kind", arguments->kind, "What it is about; without it, what there is")->type_name("INIT");
  command->add_option("--out", arguments->out, "File to make; KIND.json without it")->type_name("FILE");
  command->callback([arguments, &global] { init(*arguments, global); });
}

}  // namespace headroom
