#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace headroom {

using Json = nlohmann::ordered_json;

/// Parses JSON text, where comments may stand (// to the end of the line, /* */), strictly: a syntax error or a
/// duplicate key is an InputError at `name`.
Json parse_json(std::string_view text, const std::string& name);

/// Reads and parses a file.
Json parse_json_file(const std::filesystem::path& path);

/// Whether two values are equal, numbers by what they are worth: 1 and 1.0 are, but not 2^64 - 1 and -1, which
/// nlohmann's own operator takes for one.
bool same_value(const Json& a, const Json& b);

/// A pointer as a message shows it: its steps are keys that users wrote, clipped where they are long.
std::string short_pointer(std::string_view pointer);

/// Whether text can stand in JSON.
bool is_utf8(const std::string& text);

}  // namespace headroom
