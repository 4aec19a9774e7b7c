#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "training/waveform_config.hpp"

namespace headroom {

/// A virtual machine of somebody else: GPUs of one server, of which nothing is known but what they draw.
struct TenantConfig {
  std::string name;
  std::uint32_t gpus = 1;
  std::vector<std::string> nodes;  ///< where it may stand
  Seconds start{};
  std::optional<Seconds> duration;
  WaveformConfig waveform;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

}  // namespace headroom
