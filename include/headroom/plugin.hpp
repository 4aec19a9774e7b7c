#pragma once

#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/controller.hpp"
#include "headroom/interface.hpp"
#include "headroom/placement.hpp"
#include "headroom/recipe.hpp"
#include "headroom/router.hpp"
#include "headroom/smoother.hpp"
#include "headroom/vm.hpp"

namespace headroom {

/// Policies of a shared library, which `headroom --plugin FILE` adds to those that come with the program: under the
/// same contract, by kinds that none of those has. docs/plugins.md has a whole one.
struct Plugin {
  std::vector<Kind<Router>> routers{};
  std::vector<Kind<BatchScheduler>> batch_schedulers{};
  std::vector<Kind<Placement>> placements{};
  std::vector<Kind<Controller>> controllers{};
  std::vector<Kind<VmPlacement>> vm_placements{};
};

/// What a program asks a plugin before anything else: the text of HEADROOM_INTERFACE.
using PluginInterface = const char*();
constexpr const char* kPluginInterface = "headroom_plugin_interface";
/// Puts the kinds of a plugin into its lists.
using FillPlugin = void(Plugin&);
constexpr const char* kFillPlugin = "headroom_fill_plugin";

}  // namespace headroom

/// Once in a plugin, with the function that puts its kinds into a `headroom::Plugin&`.
#define HEADROOM_PLUGIN(fill)                                      \
  extern "C" const char* headroom_plugin_interface() {             \
    return HEADROOM_INTERFACE;                                     \
  }                                                                \
  extern "C" void headroom_fill_plugin(headroom::Plugin& plugin) { \
    (fill)(plugin);                                                \
  }
