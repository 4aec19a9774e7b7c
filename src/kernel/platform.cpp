#include "kernel/platform.hpp"

#include "base/own_library.hpp"
#include "kernel/simgrid/make_platform.hpp"

namespace headroom {

std::unique_ptr<Platform> load_platform(std::span<const std::vector<Hertz>> clocks, std::span<const TypeId> servers,
                                        const NetworkLayout* network, EventQueue& queue) {
  static const auto make = reinterpret_cast<MakePlatform*>(function_of("libheadroom_simgrid.so", kMakePlatform));
  return std::unique_ptr<Platform>(make(clocks, servers, network, queue));
}

}  // namespace headroom
