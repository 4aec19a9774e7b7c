#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/profile.hpp"

namespace headroom {

/// A way to run the instances of a pool on its servers.
struct Size {
  VariantId variant;
  std::uint16_t gpus = 1;
};

/// What DynamoLLM's controllers ask of a pool. They know servers of the type of its service's first one.
class PoolFacts {
 public:
  PoolFacts(const ControlView& view, PoolId pool);

  /// Servers that it holds, that have power, and where neither a job nor a tenant sits, by id.
  [[nodiscard]] std::vector<ServerId> servers() const;
  /// The variants of its service, the fewest GPUs first; of those with as many, the first.
  [[nodiscard]] const std::vector<Size>& sizes() const { return sizes_; }
  /// The one with the most GPUs.
  [[nodiscard]] const Size& largest() const { return sizes_.back(); }
  [[nodiscard]] std::uint32_t gpus_of_a_server() const { return gpus_of_a_server_; }
  [[nodiscard]] Hertz highest_clock() const { return view_.world.profile->highest_clock(largest().variant); }
  /// Classes whose requests are its own.
  [[nodiscard]] std::vector<ClassId> classes() const;
  /// The largest load of a server with the largest instances at the highest clock, input tokens/s.
  [[nodiscard]] double largest_load_of_a_server() const;
  /// The foreseen largest minute of its own requests, input tokens/s.
  [[nodiscard]] double foreseen_peak(Seconds from, Seconds length) const;
  /// A server full of the largest instances.
  [[nodiscard]] std::vector<Member> full_of_the_largest(ServerId server) const;

 private:
  const ControlView& view_;
  PoolId pool_;
  ServiceId service_{};
  TypeId type_{};
  std::uint32_t gpus_of_a_server_ = 0;
  std::vector<Size> sizes_;
};

/// Whether a job or a tenant sits on a server.
[[nodiscard]] bool has_strangers(const FleetView& fleet, ServerId server);

/// Pools in the order in which they may hand requests on; those in reach.
[[nodiscard]] std::vector<PoolId> pools_in_reach(const ControlView& view);

/// Why DynamoLLM's policies cannot work on this scenario, a sentence; nothing where they can.
void check_dynamo(const PolicyContext& context, const Scope& scope);

}  // namespace headroom
