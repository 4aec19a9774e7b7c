#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "model/kv_memory.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/parallelism.hpp"
#include "model/performance/stack.hpp"
#include "model/performance/steps_config.hpp"
#include "scenario/answers_config.hpp"
#include "scenario/images_config.hpp"

namespace headroom {

/// Instances set aside for some requests: of a class (`chat_low`), a type (`chat`), a priority (`low`), or `all`. Where
/// several pools name a request the most particular name wins. A pool that names none gets what others hand over.
struct PoolConfig {
  std::string name;
  std::vector<std::string> serves;
  double server_fraction = 1.0;
  std::string variant;                               ///< of its instances at the start; empty: the service's own
  std::map<std::string, std::uint32_t> instances{};  ///< at the start, by variant; none: as many as its servers hold
  void fields(Fields& f);
};

/// What `instances` of a pool call the way in which the service itself runs.
inline constexpr const char* kServiceItself = "service";

/// Another way to run a service, by what differs from it.
struct VariantConfig {
  std::optional<Architecture> model;
  std::optional<StackProfile> stack;
  std::optional<std::uint32_t> tensor_parallel;
  std::optional<std::uint32_t> cpu_cores;
  std::optional<Parallelism> parallelism;
  std::optional<StepsConfig> steps;
  std::optional<KvMemoryConfig> memory;
  double quality = 1.0;
  AnswersByType answers;
  void fields(Fields& f);
};

/// What an instance goes through before it serves. The defaults are those of a new virtual machine in DynamoLLM
/// (arXiv 2408.00741, table V): 1-2 min for the machine and 2 min for its GPUs, 3 min for 138 GB of weights, 18 s for
/// the engine; 1-2 min where a server splits its GPUs anew (section III-D).
struct StartUpConfig {
  Seconds boot{210.0};
  double load_bytes_per_s = 0.8e9;
  Seconds warmup{18.0};
  Seconds reshard{90.0};
  double failure_fraction = 0.0;
  std::optional<Seconds> nvlink_part{};  ///< none: a re-shard begins when what it replaces is gone
  Seconds sync{1.0};
  void fields(Fields& f);
};

/// What becomes of the requests of an instance that is to stop.
struct DrainConfig {
  bool requeue_waiting = true;
  Seconds limit{300.0};
  void fields(Fields& f);
};

/// What requests ask for: a model, how it runs, and who serves whom.
struct ServiceConfig {
  Architecture model;
  StackProfile stack;
  std::uint32_t tensor_parallel = 8;
  std::optional<std::uint32_t> cpu_cores;  ///< of an instance, in place of GPUs
  Parallelism parallelism;
  StepsConfig steps;
  KvMemoryConfig memory;
  std::uint32_t max_waiting_requests = 64;
  bool prefix_cache = false;
  std::string input_data = "random_dense";  ///< what the operands of its matrix products look like, by name
  std::optional<ImagesConfig> images;
  AnswersByType answers;
  std::map<std::string, VariantConfig> variants;
  std::vector<PoolConfig> pools;
  std::vector<std::string> nodes;        ///< whose servers serve it; empty: all of the site
  std::optional<std::uint32_t> servers;  ///< the first ones of these; absent: all that nobody else needs
  StartUpConfig start;
  DrainConfig drain;
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// Whether its pools count instances, which share servers with those of others; else they have servers of their own.
  [[nodiscard]] bool counts_instances() const;
  /// Whether it, or a variant of it, runs on CPU cores.
  [[nodiscard]] bool uses_cores() const;
  /// Its pools; without any, one that serves everything.
  [[nodiscard]] std::vector<PoolConfig> all_pools() const;
};

}  // namespace headroom
