#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/kinds.hpp"
#include "app/print.hpp"

namespace headroom {
namespace {

constexpr const char* kBash = R"sh(# Completion of headroom for bash: the program itself says which words may come next.
_headroom() {
  COMPREPLY=($(compgen -W "$(headroom completion words -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" \
    -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _headroom headroom
)sh";

constexpr const char* kZsh = R"sh(#compdef headroom
# Completion of headroom for zsh: the program itself says which words may come next.
compadd -- ${(f)"$(headroom completion words -- "${(@)words[2,CURRENT-1]}" 2>/dev/null)"}
_files
)sh";

/// The command that the words lead to.
const CLI::App* command_at(const CLI::App* command, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    for (const CLI::App* below : command->get_subcommands([](const CLI::App*) { return true; }))
      if (below->get_name() == word) command = below;
  return command;
}

/// What a command takes that has names: things of the kind that its argument is called by.
std::vector<std::string> names_for(const CLI::Option& argument, const ConfigFolders& folders) {
  std::string kind = argument.get_type_name();
  kind.resize(std::min(kind.find(':'), kind.size()));  // behind it stands what is checked
  if (kind == "KIND") return kinds_of_things();
  std::ranges::transform(kind, kind.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::vector<std::string> names;
  if (std::ranges::find(kinds_of_things(), kind) != kinds_of_things().end())
    for (const NamedThing& thing : things(kind, folders)) names.push_back(thing.name);
  return names;
}

/// Words that may come behind those: commands, options, names, a line each.
std::string next_words(const CLI::App& program, const std::vector<std::string>& words, const ConfigFolders& folders) {
  const CLI::App* command = command_at(&program, words);
  std::string text;
  for (const CLI::App* below : command->get_subcommands([](const CLI::App*) { return true; }))
    text += below->get_name() + "\n";
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& name : option->get_lnames()) text += "--" + name + "\n";
    if (option->get_positional())
      for (const std::string& name : names_for(*option, folders)) text += name + "\n";
  }
  return text;
}

}  // namespace

void add_completion_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand("completion", "Print what a shell needs to complete commands and names");
  command->require_subcommand(1);
  command->add_subcommand("bash", "For bash: source <(headroom completion bash)")->callback([] { print(kBash); });
  command->add_subcommand("zsh", "For zsh: a file _headroom on its fpath")->callback([] { print(kZsh); });
  auto* next = command->add_subcommand("words", "Words that may come behind those, a line each");
  auto words = std::make_shared<std::vector<std::string>>();
  next->add_option("words", *words, "What has been typed so far, after --")->type_name("WORD");
  next->callback([&program, words, &global] { print(next_words(program, *words, ConfigFolders(global.config_dirs))); });
}

}  // namespace headroom
