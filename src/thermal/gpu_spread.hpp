#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scenario/hardware_config.hpp"

namespace headroom {

/// By how much the thermal resistances of each GPU of a site differ from those of its type: (1 + offset of its
/// position) (1 + its own) (1 + that of its server), the last two drawn.
class GpuSpread {
 public:
  /// `types`: of each server.
  GpuSpread(std::uint64_t seed, const std::vector<const HardwareConfig*>& types);

  [[nodiscard]] double factor(std::size_t server, std::size_t gpu) const { return factors_[index(server, gpu)]; }
  /// Which of the GPUs [first, first + count) of a server is the hottest at equal power.
  [[nodiscard]] std::size_t hottest(std::size_t server, std::size_t first, std::size_t count) const;
  /// The number of a GPU in the site.
  [[nodiscard]] std::size_t index(std::size_t server, std::size_t gpu) const { return first_[server] + gpu; }
  [[nodiscard]] std::size_t gpus() const { return factors_.size(); }

 private:
  std::vector<std::size_t> first_;  ///< GPU of each server
  std::vector<double> factors_;     ///< by GPU of the site
};

}  // namespace headroom
