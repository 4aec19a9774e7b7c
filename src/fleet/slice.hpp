#pragma once

#include <cstdint>
#include <optional>

#include "fleet/gpu_books.hpp"
#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Who sits on GPUs of a server: an instance of a served model, servers' share of a training job (which books its draw
/// itself), or a tenant, of which nothing is known but what it draws.
enum class Occupant : std::uint8_t { instance, cohort, tenant };

/// GPUs [first, first + gpus) of a server, which all draw the same, or some of its CPU cores, and who sits there. Never
/// used twice.
struct Slice {
  ServerId server;
  std::uint16_t first_gpu = 0;
  std::uint16_t gpus = 0;
  std::uint16_t cpu_cores = 0;  ///< in place of GPUs
  Occupant occupant = Occupant::instance;
  std::uint32_t number = 0;  ///< of the occupant, as its owner counts them
  Power per_gpu{};           ///< of all its cores, where it has these
  GpuUse use = GpuUse::other;

  [[nodiscard]] bool on_cores() const { return cpu_cores > 0; }
  /// Of its GPUs.
  [[nodiscard]] Power draw() const { return per_gpu * static_cast<double>(gpus); }
};

}  // namespace headroom
