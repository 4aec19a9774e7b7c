#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace headroom {

using Json = nlohmann::ordered_json;

/// Parses JSON text strictly: a syntax error or a duplicate key is an InputError at `name`.
Json parse_json(std::string_view text, const std::string& name);

/// Reads and parses a file.
Json parse_json_file(const std::filesystem::path& path);

/// `key` as one step of a JSON pointer: `~` and `/` escaped.
std::string pointer_step(std::string_view key);

}  // namespace headroom
