#include "app/kinds.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/problem.hpp"
#include "config/json.hpp"
#include "policy/builtin.hpp"

namespace headroom {
namespace {

constexpr std::array kFolders = {"scenario",  "study", "init",         "policy",   "hardware",
                                 "model",     "stack", "site",         "service",  "waveform",
                                 "smoothing", "spec",  "query_energy", "template", "registry"};

struct PolicyKind {
  const char* name;
  const char* pointer;
  std::function<std::vector<NamedThing>()> list;
};

template <class Interface>
std::function<std::vector<NamedThing>()> listing(std::span<const Kind<Interface>> (*kinds)()) {
  return [kinds] {
    std::vector<NamedThing> list;
    for (const auto& kind : kinds()) list.push_back({std::string(kind.kind), std::string(kind.doc)});
    return list;
  };
}

const std::vector<PolicyKind>& policy_kinds() {
  static const std::vector<PolicyKind> list = {
      {"router", "/policy/router", listing(builtin_routers)},
      {"batching", "/policy/batching", listing(builtin_batch_schedulers)},
      {"planner", "/policy/planner", listing(builtin_planners)},
      {"placement", "/policy/placement", listing(builtin_placements)},
      {"vm_placement", "/policy/vm_placement", listing(builtin_vm_placements)},
      {"controller", "/policy/controllers/N", listing(builtin_controllers)},
      {"smoother", "/smoothing", listing(builtin_smoothers)},
  };
  return list;
}

/// What a file says of itself; nothing where it does not, or cannot be read.
std::string about(const std::filesystem::path& file) {
  try {
    const Json json = parse_json_file(file);
    if (const auto text = json.find("description"); text != json.end() && text->is_string())
      return text->get<std::string>();
  } catch (const InputError&) {
  }
  return {};
}

}  // namespace

const std::vector<std::string>& kinds_of_things() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> list(kFolders.begin(), kFolders.end());
    for (const PolicyKind& kind : policy_kinds()) list.emplace_back(kind.name);
    return list;
  }();
  return all;
}

bool are_files(const std::string& kind) {
  return std::ranges::find(kFolders, kind) != kFolders.end();
}

std::vector<NamedThing> things(const std::string& kind, const ConfigFolders& folders) {
  if (!are_files(kind)) return std::ranges::find(policy_kinds(), kind, &PolicyKind::name)->list();
  std::vector<NamedThing> list;
  for (const auto& name : folders.names(kind)) list.push_back({name, about(folders.find(kind, name, kind))});
  return list;
}

std::string pointer_of(const std::string& kind) {
  return std::ranges::find(policy_kinds(), kind, &PolicyKind::name)->pointer;
}

}  // namespace headroom
