#include "thermal/gpu_spread.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace headroom {

GpuSpread::GpuSpread(std::uint64_t seed, const std::vector<const HardwareConfig*>& types) {
  RandomStream servers(seed, "thermal/servers"), gpus(seed, "thermal/gpus");
  const auto drawn = [](double sd, RandomStream& random) { return 1.0 + sd * std::clamp(random.normal(), -3.0, 3.0); };
  for (const HardwareConfig* type : types) {
    const ThermalSpec& spec = *type->thermal;
    first_.push_back(factors_.size());
    const double of_server = drawn(spec.server_sd, servers);
    for (std::size_t gpu = 0; gpu < type->server.gpus; ++gpu)
      factors_.push_back((1.0 + spec.position_offset(gpu)) * drawn(spec.gpu_sd, gpus) * of_server);
  }
}

std::size_t GpuSpread::hottest(std::size_t server, std::size_t first, std::size_t count) const {
  const auto begin = factors_.begin() + static_cast<std::ptrdiff_t>(index(server, first));
  return first + static_cast<std::size_t>(std::max_element(begin, begin + static_cast<std::ptrdiff_t>(count)) - begin);
}

}  // namespace headroom
