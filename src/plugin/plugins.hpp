#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace headroom {

/// What messages and results call the files of plugins by.
constexpr const char* kPluginOption = "--plugin";

/// Loads shared libraries whose policies (headroom/plugin.hpp) are then among the built-in ones. Comes before anything
/// asks for those. An InputError where a file is no plugin, was made for another interface than this program's, or
/// names a kind that there is already.
void load_plugins(const std::vector<std::string>& files);

/// Absolute paths of the plugins that were loaded, in their order.
[[nodiscard]] std::span<const std::filesystem::path> loaded_plugins();

}  // namespace headroom
