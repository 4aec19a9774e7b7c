#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/folders.hpp"

namespace headroom {

/// Something that scenarios can name, and what it says of itself.
struct NamedThing {
  std::string name;
  std::string about;
};

/// Kinds of things that can be named: of files, then of policies that are part of the program or a plugin.
[[nodiscard]] const std::vector<std::string>& kinds_of_things();
/// Whether the things of a kind are files of a configuration folder.
[[nodiscard]] bool are_files(const std::string& kind);
/// All of a kind.
[[nodiscard]] std::vector<NamedThing> things(const std::string& kind, const ConfigFolders& folders);

/// Where the parameters of a kind of policy stand in a scenario, as the reference writes it.
[[nodiscard]] std::string pointer_of(const std::string& kind);

}  // namespace headroom
