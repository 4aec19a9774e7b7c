#include "base/own_library.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "base/program_files.hpp"

namespace headroom {
namespace {

void* open_own_library(const char* name) {
  const auto folder = program_folder();
  std::string why;
  for (const auto& place : {folder / name, folder / "../lib/headroom" / name}) {
    if (void* library = dlopen(place.c_str(), RTLD_LAZY | RTLD_LOCAL)) return library;
    if (std::filesystem::exists(place)) why = dlerror();
  }
  throw std::runtime_error(std::string("cannot load ") + name + ", which belongs beside " + folder.string() +
                           "/headroom or into ../lib/headroom" + (why.empty() ? "" : ": " + why));
}

}  // namespace

void* function_of(const char* library, const char* function) {
  void* const found = dlsym(open_own_library(library), function);
  if (found == nullptr) throw std::runtime_error(std::string(library) + " is not the one of this program");
  return found;
}

}  // namespace headroom
