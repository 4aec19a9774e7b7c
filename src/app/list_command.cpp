#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/commands.hpp"
#include "app/kinds.hpp"
#include "app/print.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

struct ListArguments {
  std::string kind;  ///< empty: all
  bool names = false;
};

/// One line a thing, what they say of themselves in a column.
std::string table_of(const std::string& kind, const std::vector<NamedThing>& list) {
  std::size_t width = 0;
  for (const NamedThing& thing : list) width = std::max(width, thing.name.size());
  std::string text = kind + "\n";
  for (const NamedThing& thing : list) {
    std::string row = "  " + thing.name;
    if (!thing.about.empty()) row += std::string(width + 2 - thing.name.size(), ' ') + printable(thing.about);
    text += row + "\n";
  }
  return text;
}

void list_things(const ListArguments& arguments, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  for (const std::string& kind : kinds_of_things()) {
    if (!arguments.kind.empty() && arguments.kind != kind) continue;
    const auto list = things(kind, folders);
    if (!arguments.names) print(table_of(kind, list));
    else
      for (const NamedThing& thing : list) print(thing.name + "\n");
  }
}

}  // namespace

void add_list_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "list", "List what can be named, with what it is: scenarios, studies, hardware, models, policies, ...");
  auto arguments = std::make_shared<ListArguments>();
  command->add_option("kind", arguments->kind, "One of " + join(kinds_of_things(), ", "))
      ->type_name("KIND")
      ->check(CLI::IsMember(kinds_of_things()));
  command->add_flag("--names", arguments->names, "Names alone");
  command->callback([arguments, &global] { list_things(*arguments, global); });
}

}  // namespace headroom
