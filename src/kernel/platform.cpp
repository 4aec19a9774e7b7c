#include "kernel/platform.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "base/program_files.hpp"
#include "kernel/simgrid/make_platform.hpp"

namespace headroom {
namespace {

constexpr const char* kLibrary = "libheadroom_simgrid.so";

/// Beside the program, as it is built, or where it is installed.
void* open_library() {
  const auto folder = program_folder();
  std::string why;
  for (const auto& place : {folder / kLibrary, folder / "../lib/headroom" / kLibrary}) {
    if (void* library = dlopen(place.c_str(), RTLD_LAZY | RTLD_LOCAL)) return library;
    if (std::filesystem::exists(place)) why = dlerror();
  }
  throw std::runtime_error(std::string("cannot load ") + kLibrary + ", which belongs beside " + folder.string() +
                           "/headroom or into ../lib/headroom" + (why.empty() ? "" : ": " + why));
}

}  // namespace

std::unique_ptr<Platform> load_platform(std::span<const std::vector<Hertz>> clocks, std::span<const TypeId> servers,
                                        const NetworkLayout* network, EventQueue& queue) {
  static void* const library = open_library();
  const auto make = reinterpret_cast<MakePlatform*>(dlsym(library, kMakePlatform));
  if (make == nullptr) throw std::runtime_error(std::string(kLibrary) + " is not the one of this program");
  return std::unique_ptr<Platform>(make(clocks, servers, network, queue));
}

}  // namespace headroom
