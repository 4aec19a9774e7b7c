#pragma once

#include <string>
#include <vector>

#include "headroom/profile.hpp"
#include "profile/pool_sample.hpp"
#include "scenario/variants.hpp"

namespace headroom {

/// What runs of a variant with a pool's requests gave at a clock: power and latencies over load. Empty: no load keeps
/// the latency targets.
struct ProfileCurve {
  std::vector<LoadPoint> power;
  std::vector<double> ttft_s, tbt_s;  ///< 99th percentiles at these loads

  [[nodiscard]] double largest_load() const { return power.empty() ? 0.0 : power.back().tokens_per_s; }
};

/// A profile in memory.
class ProfileTable final : public Profile {
 public:
  struct Pool {
    std::string name;
    double mean_input_tokens = 0;
  };
  struct Entry {
    std::string service, name, hardware;
    std::uint32_t gpus = 1;
    std::vector<Hertz> clocks;
    std::vector<std::vector<ProfileCurve>> curves;  ///< by pool, then clock
  };

  /// Without a curve yet. Throws InputError where a GPU does not reach the lowest clock of the grid.
  ProfileTable(const Scenario& scenario, const ProfiledRequests& requests);

  [[nodiscard]] std::span<const Hertz> clocks(VariantId variant) const override;
  [[nodiscard]] double largest_load(VariantId variant, PoolId pool, Hertz clock) const override;
  [[nodiscard]] std::span<const LoadPoint> power_curve(VariantId variant, PoolId pool, Hertz clock) const override;
  /// Infinite where no load keeps the targets.
  [[nodiscard]] Seconds ttft_p99(VariantId variant, PoolId pool, Hertz clock, double tokens_per_s) const override;
  [[nodiscard]] Seconds tbt_p99(VariantId variant, PoolId pool, Hertz clock, double tokens_per_s) const override;
  [[nodiscard]] double mean_input_tokens(PoolId pool) const override;

  [[nodiscard]] const std::vector<Pool>& pools() const { return pools_; }
  [[nodiscard]] const std::vector<Entry>& variants() const { return variants_; }
  void put(VariantId variant, PoolId pool, std::vector<ProfileCurve> by_clock);

 private:
  [[nodiscard]] const ProfileCurve& curve(VariantId variant, PoolId pool, Hertz clock) const;

  std::vector<Pool> pools_;
  std::vector<Entry> variants_;
};

}  // namespace headroom
