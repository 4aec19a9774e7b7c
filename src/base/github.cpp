#include "base/github.hpp"

namespace headroom {

std::string github_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '%' ? "%25" : c == '\n' ? "%0A" : c == '\r' ? "%0D" : std::string(1, c);
  return escaped;
}

}  // namespace headroom
