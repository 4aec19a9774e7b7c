#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/world.hpp"

namespace headroom {

/// One way for an instance to serve, and what the models of the run say of it.
struct Configuration {
  static constexpr std::size_t kLoads = 5;  ///< at which power is known: none, a quarter ... all of the goodput

  VariantId variant;
  Hertz clock{};
  std::uint32_t batch = 1;  ///< most requests in a step
  std::uint16_t gpus = 1;
  double quality = 1;
  double goodput_per_s = 0;  ///< most requests inside the latency limits; 0: none
  std::array<double, kLoads> instance_w{};

  /// Of the instance's GPUs together, linear between the loads that are known; beyond the goodput as there.
  [[nodiscard]] Power gpus_draw(double rate_per_s) const;
};

/// What the models are asked about: so many tokens, and how late they may come.
struct MeanRequest {
  double slo_factor = 5.0;
  double input_tokens = 1155.0;
  double output_tokens = 211.0;

  void fields(Fields& f);

  /// So many of them a second, in batches of at most `batch`.
  [[nodiscard]] Load load(double rate_per_s, std::uint32_t batch) const {
    return {rate_per_s, input_tokens, output_tokens, batch};
  }
};

/// What may be changed of an instance, and what its requests are like: TAPAS, section 4.3 and figure 17.
struct ConfigurationSpace {
  std::vector<Hertz> clocks{Hertz(810e6), Hertz(1110e6), Hertz(1410e6)};
  std::vector<std::uint32_t> batches{1, 16, 64};
  bool variants = true;
  MeanRequest request;

  void fields(Fields& f);
  void check_in(std::span<const Hertz> supported, const Scope& scope) const;
};

/// All configurations of the service and server type of a variant, first the one in which its instances come: that
/// variant at the highest clock of the GPUs, in the largest batch of the scheduler. Latencies count by the unloaded
/// ones of that one, `slo_factor` times.
[[nodiscard]] std::vector<Configuration> configurations_of(const World& world, VariantId came,
                                                           const ConfigurationSpace& space);

/// The most requests a second that an instance serves within these limits; 0: none.
[[nodiscard]] double goodput(const Catalogue& catalogue, const MeanRequest& request, VariantId variant,
                             std::uint32_t batch, Hertz clock, Seconds ttft_limit, Seconds tbt_limit);

}  // namespace headroom
