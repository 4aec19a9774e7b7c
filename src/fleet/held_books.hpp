#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// GPU time and GPU energy of the servers that pools hold, whether their GPUs are used or not. A server that was given
/// up counts for the pool that held it until nobody stands there any more.
class HeldBooks {
 public:
  struct Held {
    Seconds gpu_seconds{};
    Energy energy{};
  };

  /// Held by a pool from now on, or by nobody; `energy` is what its GPUs have drawn since the run began.
  void hold(ServerId server, std::optional<PoolId> pool, std::uint32_t gpus, Energy energy, Seconds now) {
    if (servers_.size() <= server.index()) servers_.resize(server.index() + 1);
    Server& at = servers_[server.index()];
    if (at.pool) {
      if (pools_.size() <= at.pool->index()) pools_.resize(at.pool->index() + 1);
      Held& held = pools_[at.pool->index()];
      held.gpu_seconds += (now - at.since) * static_cast<double>(gpus);
      held.energy += energy - at.energy;
    }
    at = {pool, now, energy};
  }
  /// The pool that a server counts for.
  [[nodiscard]] std::optional<PoolId> holder(ServerId server) const {
    return server.index() < servers_.size() ? servers_[server.index()].pool : std::nullopt;
  }
  /// Of all pools; `drawn` says what the GPUs of a server have drawn since the run began.
  template <class Drawn>
  [[nodiscard]] Energy energy(Drawn&& drawn) const {
    Energy sum;
    for (const Held& held : pools_) sum += held.energy;
    for (std::size_t i = 0; i < servers_.size(); ++i)
      if (servers_[i].pool) sum += drawn(ServerId(i)) - servers_[i].energy;
    return sum;
  }
  /// Of a pool, up to when it last took or gave up a server.
  [[nodiscard]] Held of(PoolId pool) const { return pool.index() < pools_.size() ? pools_[pool.index()] : Held(); }

 private:
  struct Server {
    std::optional<PoolId> pool;
    Seconds since{};
    Energy energy{};
  };
  std::vector<Server> servers_;
  std::vector<Held> pools_;
};

}  // namespace headroom
