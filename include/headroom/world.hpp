#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "headroom/deployment_planner.hpp"
#include "headroom/foresight.hpp"
#include "headroom/id.hpp"
#include "headroom/profile.hpp"
#include "headroom/quantity.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// What requests ask for.
struct Service {
  std::string name;  ///< empty: the only one
  std::vector<PoolId> pools;
  std::vector<ServerId> servers;  ///< where its instances may stand, in increasing order

  [[nodiscard]] bool may_stand_on(ServerId server) const { return std::ranges::binary_search(servers, server); }
};

/// One way to run a service on a server type.
struct Variant {
  std::string name;  ///< in its service; empty: as the service itself says
  ServiceId service;
  TypeId server_type;
  std::uint16_t gpus = 1;  ///< of an instance, all of one server
  std::uint64_t kv_capacity_tokens = 0;
  double quality = 1.0;                                                      ///< as somebody measured it
  std::uint32_t most_sequences = std::numeric_limits<std::uint32_t>::max();  ///< that its steps are known for
  Seconds start{};                                                           ///< until a new instance serves
  Seconds reshard{};           ///< likewise where the server held the same model
  bool reshards_live = false;  ///< whether what a re-shard replaces serves on until the weights have travelled
  Power idle_gpu{};            ///< a GPU of its server type on which nothing stands
};

/// A class of requests.
struct RequestClass {
  std::string name;
  Priority priority = Priority::low;
  std::optional<Seconds> ttft, tbt;  ///< its latency targets
};

/// Requests of a class that an instance is given.
struct Load {
  double rate_per_s = 0;
  double input_tokens = 1;                                                  ///< of a mean request
  double output_tokens = 1;                                                 ///< likewise
  std::uint32_t most_in_batch = std::numeric_limits<std::uint32_t>::max();  ///< beside the batch scheduler's own limit
};

/// What an instance makes of a load, on average over a long time.
struct Estimate {
  bool sustained = false;  ///< else its queue grows, and nothing below is said
  double batch = 0;        ///< requests in flight
  Seconds ttft{};
  Seconds tbt{};
  Power gpus{};  ///< of the instance
};

/// What the models of the run say of its variants, without a run. docs/models.md says how well they agree with runs.
class Catalogue {
 public:
  virtual ~Catalogue() = default;
  /// At this SM clock; pure. Costs some ten thousand instructions.
  [[nodiscard]] virtual Estimate estimate(VariantId variant, const Load& load, Hertz clock) const = 0;
  /// How long an instance takes for a request that it has alone, at the highest clock; infinite for a stage whose units
  /// it does not know.
  [[nodiscard]] virtual Seconds runtime(VariantId variant, const Request& request) const = 0;
  /// What a server of a type draws at its input when its GPUs draw so much together.
  [[nodiscard]] virtual Power server_input(TypeId type, Power gpus) const = 0;
  /// Of a GPU on which nothing stands.
  [[nodiscard]] virtual Power idle_gpu(TypeId type) const = 0;
  /// Draw above idle of matrix products at a clock, over that at the highest: what a clock does to work that nobody
  /// knows.
  [[nodiscard]] virtual double draw_ratio(TypeId type, Hertz clock) const = 0;
};

/// What is known before time begins.
struct World {
  std::vector<Service> services;
  std::vector<Variant> variants;               ///< by id
  std::vector<RequestClass> classes;           ///< by id
  std::vector<std::vector<Hertz>> clocks;      ///< that GPUs support, by server type
  Seconds order_delay{};                       ///< from a decision on deployments and the like to its landing
  std::uint32_t most_sequences = 0;            ///< in a batch, by the batch scheduler
  const Catalogue* catalogue = nullptr;        ///< none in views made by hand
  Foresight* foresight = nullptr;              ///< none without /foresight
  const Profile* profile = nullptr;            ///< none where no policy asks
  const DeploymentPlanner* planner = nullptr;  ///< none without /registry
};

}  // namespace headroom
