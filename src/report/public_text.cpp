#include "report/public_text.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::string_view kBefore = " \t\n\"'(=,;[<>:";
constexpr std::string_view kEnd = " \t\n\"'),;]<>:";

bool is_pointer(std::string_view token, const std::set<std::string>& steps) {
  if (token == "/" || (token.starts_with("//") && !token.starts_with("///"))) return true;  // a sign, an address
  return steps.contains(std::string(token.substr(1, token.find('/', 1) - 1)));
}

/// The last step of a path; nothing of one that may be a home.
std::string_view last_step(std::string_view path) {
  path = path.substr(0, path.find_last_not_of('/') + 1);
  return std::ranges::count(path, '/') < 3 ? "..." : path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string without_folders(std::string_view text, const std::set<std::string>& steps) {
  std::string clean;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = text[at] == '/' && (at == 0 || kBefore.find(text[at - 1]) != std::string_view::npos);
    if (!begins) {
      clean += text[at++];
      continue;
    }
    const char quote = at > 0 && (text[at - 1] == '"' || text[at - 1] == '\'') ? text[at - 1] : '\0';
    const bool is_whole = at == 0 && text.find(": ") == std::string_view::npos;
    std::size_t end = quote ? text.find(quote, at) : is_whole ? text.size() : text.find_first_of(kEnd, at);
    end = std::min(end, text.size());
    const std::string_view token = text.substr(at, end - at);
    clean += is_pointer(token, steps) ? token : last_step(token);
    at = end;
  }
  return clean;
}

void remove_folders(Json& json, const std::set<std::string>& steps) {
  if (json.is_string()) json = without_folders(json.get_ref<const std::string&>(), steps);
  if (json.is_structured())
    for (const auto& item : json.items())
      if (item.key() != "data") remove_folders(item.value(), steps);
}

}  // namespace headroom
