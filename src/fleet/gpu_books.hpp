#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "headroom/quantity.hpp"

namespace headroom {

/// What a GPU of the site is for.
enum class GpuUse : std::uint8_t {
  idle,      ///< nobody sits on it
  starting,  ///< an instance that does not serve yet
  up,
  draining,
  other,  ///< a job or a tenant
  down    ///< its server has no power
};
constexpr std::array<std::string_view, 6> words_of(GpuUse) {
  return {"idle", "starting", "up", "draining", "other", "down"};
}

/// Counts the GPUs of a site by their use, and their hours.
class GpuBooks {
 public:
  static constexpr std::size_t kUses = words_of(GpuUse()).size();

  void add_idle(std::uint64_t gpus) { count_[0] += gpus; }
  void move(std::uint64_t gpus, GpuUse from, GpuUse to, Seconds now) {
    settle(now);
    count_[static_cast<std::size_t>(from)] -= gpus;
    count_[static_cast<std::size_t>(to)] += gpus;
  }
  void settle(Seconds now) {
    for (std::size_t i = 0; i < kUses; ++i) gpu_seconds_[i] += (now - since_) * static_cast<double>(count_[i]);
    since_ = now;
  }
  [[nodiscard]] std::uint64_t count(GpuUse use) const { return count_[static_cast<std::size_t>(use)]; }
  [[nodiscard]] std::uint64_t all() const { return std::accumulate(count_.begin(), count_.end(), std::uint64_t{0}); }
  [[nodiscard]] Seconds gpu_seconds(GpuUse use) const { return gpu_seconds_[static_cast<std::size_t>(use)]; }

 private:
  std::array<std::uint64_t, kUses> count_{};
  std::array<Seconds, kUses> gpu_seconds_{};
  Seconds since_{};
};

}  // namespace headroom
