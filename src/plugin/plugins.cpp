#include "plugin/plugins.hpp"

#include <dlfcn.h>

#include <algorithm>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "headroom/plugin.hpp"
#include "policy/builtin.hpp"

namespace headroom {
namespace {

std::vector<std::filesystem::path>& plugin_files() {
  static std::vector<std::filesystem::path> files;
  return files;
}

template <class Function>
Function* function_of(void* library, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library, name));
}

template <class Interface>
void refuse_known(std::span<const Kind<Interface>> known, const std::vector<Kind<Interface>>& added,
                  const std::string& what, const std::string& where) {
  for (const auto& kind : added)
    if (std::ranges::find(known, kind.kind, &Kind<Interface>::kind) != known.end())
      throw InputError(where, "there is a " + what + " \"" + printable(kind.kind) + "\" already");
}

void refuse_known_kinds(const Plugin& plugin, const std::string& where) {
  refuse_known(builtin_routers(), plugin.routers, "router", where);
  refuse_known(builtin_batch_schedulers(), plugin.batch_schedulers, "batch scheduler", where);
  refuse_known(builtin_placements(), plugin.placements, "placement", where);
  refuse_known(builtin_controllers(), plugin.controllers, "controller", where);
  refuse_known(builtin_vm_placements(), plugin.vm_placements, "placement of virtual machines", where);
}

/// The libraries stay open: the program holds pointers into them to its end.
void load_plugin(const std::filesystem::path& file) {
  const std::string where = std::string(kPluginOption) + " " + file.string();
  if (!std::filesystem::exists(file)) throw InputError(where, "there is no such file");
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw InputError(where, std::string("cannot be loaded: ") + printable(::dlerror(), 300));
  PluginInterface* interface = function_of<PluginInterface>(library, kPluginInterface);
  FillPlugin* fill = function_of<FillPlugin>(library, kFillPlugin);
  if (interface == nullptr || fill == nullptr)
    throw InputError(where, "is no plugin of headroom: it has no HEADROOM_PLUGIN");
  if (const std::string made_for = interface(); made_for != HEADROOM_INTERFACE)
    throw InputError(where, "was made for the interface " + printable(made_for) + ", this program has " +
                                HEADROOM_INTERFACE + "; build it again with this program's headers");
  Plugin plugin;
  fill(plugin);
  refuse_known_kinds(plugin, where);
  add_to_builtin(plugin);
}

}  // namespace

void load_plugins(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (file.empty()) throw InputError(kPluginOption, "names no file");
    const auto path = std::filesystem::absolute(file).lexically_normal();
    if (std::ranges::find(plugin_files(), path) != plugin_files().end()) continue;
    load_plugin(path);
    plugin_files().push_back(path);
  }
}

std::span<const std::filesystem::path> loaded_plugins() {
  return plugin_files();
}

}  // namespace headroom
