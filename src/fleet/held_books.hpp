#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// GPU time and GPU energy of what pools hold, by number: servers, whether their GPUs are used or not, or the instances
/// of pools that count them. A server that was given up counts for the pool that held it until nobody stands there any
/// more.
class HeldBooks {
 public:
  struct Held {
    Seconds gpu_seconds{};
    Energy energy{};
  };

  /// Held by a pool from now on, or by nobody; `energy` is what its GPUs have drawn since the run began.
  void hold(std::size_t number, std::optional<PoolId> pool, std::uint32_t gpus, Energy energy, Seconds now) {
    if (parts_.size() <= number) parts_.resize(number + 1);
    Part& at = parts_[number];
    if (at.pool) {
      if (pools_.size() <= at.pool->index()) pools_.resize(at.pool->index() + 1);
      Held& held = pools_[at.pool->index()];
      held.gpu_seconds += (now - at.since) * static_cast<double>(gpus);
      held.energy += energy - at.energy;
    }
    at = {pool, now, energy};
  }
  /// The pool that it counts for.
  [[nodiscard]] std::optional<PoolId> holder(std::size_t number) const {
    return number < parts_.size() ? parts_[number].pool : std::nullopt;
  }
  [[nodiscard]] std::size_t size() const { return parts_.size(); }
  /// Of all pools; `drawn` says what the GPUs of one have drawn since the run began.
  template <class Drawn>
  [[nodiscard]] Energy energy(Drawn&& drawn) const {
    Energy sum;
    for (const Held& held : pools_) sum += held.energy;
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (parts_[i].pool) sum += drawn(i) - parts_[i].energy;
    return sum;
  }
  /// Of a pool, up to when it last took or gave up something.
  [[nodiscard]] Held of(PoolId pool) const { return pool.index() < pools_.size() ? pools_[pool.index()] : Held(); }

 private:
  struct Part {
    std::optional<PoolId> pool;
    Seconds since{};
    Energy energy{};
  };
  std::vector<Part> parts_;
  std::vector<Held> pools_;
};

}  // namespace headroom
