#include "app/print.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace headroom {

void print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot write to the standard output");
}

}  // namespace headroom
