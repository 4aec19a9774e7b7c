#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// An operating point of a language model, as somebody measured it: how long its tokens take while an instance has so
/// many sequences in its batch, and what its GPUs draw together meanwhile.
struct PointTime {
  std::string gpu;         ///< as its data sheet is called; empty: any
  std::uint32_t gpus = 1;  ///< of the instance
  std::uint32_t sequences = 1;
  Seconds tpot{};              ///< between two tokens of each, at the highest clock
  std::optional<Power> power;  ///< of all its GPUs; none: as idle ones with a model loaded
  void fields(Fields& f);

  [[nodiscard]] bool is_of(const std::string& other_gpu, std::uint32_t other_gpus) const {
    return gpus == other_gpus && (gpu.empty() || gpu == other_gpu);
  }
};

/// Those of an instance of so many GPUs, by sequences.
[[nodiscard]] std::vector<PointTime> points_of(const std::vector<PointTime>& all, const std::string& gpu,
                                               std::uint32_t gpus);

}  // namespace headroom
