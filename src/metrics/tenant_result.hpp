#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// What became of a tenant.
struct TenantResult {
  std::string name;
  std::string server;  ///< empty: it found no place
  std::uint32_t gpus = 0;
  Seconds waited{};
  std::optional<Seconds> started, ended;
  Energy gpu_energy{};

  void fields(Fields& f) const {
    f("gpus", gpus, "that it asked for");
    f("server", server.empty() ? std::nullopt : std::optional(server), "where it stood, if it found a place");
    f("waited_s", waited, "for a place");
    f("started_s", started, "when it got one, if it did");
    f("ended_s", ended, "when it left, if it did before the end of the run");
    f("gpu_energy_kwh", gpu_energy, "of its GPUs");
  }
};

}  // namespace headroom
