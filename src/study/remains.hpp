#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

namespace headroom {

/// The name that `NAME.tmpPID` or `NAME.oldPID` was to have, which is what a program leaves where it is killed while it
/// writes; nothing for other names.
[[nodiscard]] std::optional<std::string> remains_of(const std::string& name);

/// Removes what killed programs have left in a folder; `kept` are names that only look like it.
void remove_remains(const std::filesystem::path& folder, const std::set<std::string>& kept);

}  // namespace headroom
