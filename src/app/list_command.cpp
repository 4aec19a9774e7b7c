#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <memory>

#include "app/commands.hpp"
#include "config/folders.hpp"
#include "policy/builtin.hpp"

namespace headroom {
namespace {

constexpr std::array kFolders = {"hardware", "model", "stack",    "site",      "policy",  "scenario",
                                 "study",    "spec",  "waveform", "smoothing", "service", "template"};

template <class Interface>
void list_kinds(const char* title, std::span<const Kind<Interface>> kinds) {
  std::printf("%s\n", title);
  for (const auto& kind : kinds)
    std::printf("  %-28.*s %.*s\n", static_cast<int>(kind.kind.size()), kind.kind.data(),
                static_cast<int>(kind.doc.size()), kind.doc.data());
}

void list_everything(const std::string& what, const GlobalOptions& global) {
  const ConfigFolders folders(global.config_dirs);
  const auto wanted = [&](const char* name) { return what.empty() || what == name; };
  for (const char* folder : kFolders) {
    if (!wanted(folder)) continue;
    std::printf("%s\n", folder);
    for (const auto& name : folders.names(folder)) std::printf("  %s\n", name.c_str());
  }
  if (wanted("router")) list_kinds("router", builtin_routers());
  if (wanted("batching")) list_kinds("batching", builtin_batch_schedulers());
  if (wanted("planner")) list_kinds("planner", builtin_planners());
  if (wanted("controller")) list_kinds("controller", builtin_controllers());
}

}  // namespace

void add_list_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "list", "List what can be named: hardware, models, sites, policies, scenarios, studies, ...");
  auto what = std::make_shared<std::string>();
  command
      ->add_option("what", *what,
                   "One of hardware, model, stack, site, policy, scenario, study, spec, waveform, smoothing, service, "
                   "template, router, batching, planner, controller")
      ->check(CLI::IsMember({"hardware", "model", "stack", "site", "policy", "scenario", "study", "spec", "waveform",
                             "smoothing", "service", "template", "router", "batching", "planner", "controller"}));
  command->callback([what, &global] { list_everything(*what, global); });
}

}  // namespace headroom
