#include "scenario/service_config.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"

namespace headroom {
namespace {

/// What has a name, or is absent.
template <class T>
struct MayLack {
  T& value;
};

template <class T>
Slot slot_of(MayLack<T>& may) {
  return OptionalSlot{!may.value.name.empty(), [&value = may.value] { return slot_of(value); }};
}

void check_variant(const std::string& name, const ServiceConfig& service, const Scope& scope) {
  std::vector<std::string> known;
  for (const auto& [one, unused] : service.variants) known.push_back(one);
  if (!service.variants.contains(name))
    scope.problem("the service has no variant \"" + name + '"' + did_you_mean(name, known));
}

void check_division(const Parallelism& parallelism, const StepsConfig& steps, const Scope& scope) {
  if (parallelism.parts() > 1 && steps.kind != StepTimesKind::roofline)
    scope.problem("divides steps that the models know; steps by a table, units or points are of whole instances");
}

/// Instances on CPU cores work by units, and are counted.
void check_cores(const ServiceConfig& service, const Scope& scope) {
  const auto check = [&](const StepsConfig& steps, const Scope& cores) {
    if (!steps.by_units()) cores.problem("needs steps by units: CPU cores run no language model");
    else if (!service.counts_instances())
      cores.problem("needs pools that count `instances`, which say how many there are");
  };
  if (service.cpu_cores) check(service.steps, scope.at("cpu_cores"));
  for (const auto& [name, variant] : service.variants)
    if (variant.cpu_cores)
      check(variant.steps ? *variant.steps : service.steps, scope.at("variants").at(name).at("cpu_cores"));
  for (const auto& [name, variant] : service.variants)
    if (variant.cpu_cores && variant.tensor_parallel)
      scope.at("variants")
          .at(name)
          .at("cpu_cores")
          .problem("cannot stand beside tensor_parallel: an instance has either");
}

/// Pools that count instances hold no servers to share; 1 is what resolved.json says where nothing was said.
void check_no_shares(const std::vector<PoolConfig>& pools, const Scope& scope) {
  for (std::size_t i = 0; i < pools.size(); ++i)
    if (pools[i].server_fraction != 1)
      scope.at(i)
          .at("server_fraction")
          .problem("means nothing where pools of the service count `instances`; leave it out");
}

}  // namespace

void PoolConfig::fields(Fields& f) {
  f.required("name", name, "what the pool is called");
  f.required("serves", serves,
             "requests that it serves, by class (`chat_low`), type (`chat`), priority (`high`, `low`) or `all`; where "
             "several pools name a request, the most particular name wins");
  f("server_fraction", server_fraction,
    "share of the service's servers; the shares add up to 1. Not beside `instances`", Range::fraction());
  f("variant", variant, "how its instances run at the start, a name in `variants`; empty: as the service says");
  f("instances", instances,
    "how many instances it has at the start, by a name in `variants`, or `service` for the service itself; they take "
    "the first free GPUs of servers that no pool holds. Absent: as many as fit on its servers",
    Range::between(0, 1e6));
}

void VariantConfig::fields(Fields& f) {
  f("model", model, "another model; absent: the service's");
  f("stack", stack, "another serving stack; absent: the service's");
  f("tensor_parallel", tensor_parallel, "GPUs that share each layer; absent: as the service says",
    Range::between(1, 1024));
  f("cpu_cores", cpu_cores, "CPU cores of an instance, in place of GPUs; absent: as the service says",
    Range::between(1, 65535));
  f("parallelism", parallelism, "other stages and groups; absent: the service's");
  f("steps", steps, "other times of steps; absent: the service's");
  f("memory", memory, "other memory; absent: the service's");
  f("quality", quality, "how good its answers are, as somebody measured it; not simulated", Range::fraction());
  f("answers", answers,
    "by type of request: how long and how good its answers are; absent: as request and quality say");
}

void StartUpConfig::fields(Fields& f) {
  f("boot_s", boot, "until the server and its GPUs are ready to load weights", Range::delay());
  f("load_bytes_per_s", load_bytes_per_s, "how fast the weights of an instance come", Range::between(1e3, 1e15));
  f("warmup_s", warmup, "from the last weight to the first request", Range::delay());
  f("reshard_s", reshard, "all of this where the server held the same model on other GPUs, as many, or in other parts",
    Range::delay());
  f("nvlink_part_s", nvlink_part,
    "where a server splits the GPUs of one model anew: time in which a GPU sends its part of a model that all GPUs "
    "share to another, while the old instances serve on; absent: they drain first, and the new ones take reshard_s",
    Range::delay());
  f("sync_s", sync, "with nvlink_part_s: from the last part to the first request", Range::delay());
  f("failure_fraction", failure_fraction, "share of starts that fail, at their end", Range::fraction());
}

void DrainConfig::fields(Fields& f) {
  f("requeue_waiting", requeue_waiting, "whether requests that have not begun go to other instances at once");
  f("limit_s", limit, "requests that run longer than this are stopped, go to other instances, and are prefilled anew",
    Range::delay());
}

void ServiceConfig::fields(Fields& f) {
  MayLack<Architecture> may_lack_model{model};
  MayLack<StackProfile> may_lack_stack{stack};
  f("model", may_lack_model,
    "the language model, by its architecture; must be given unless its steps are by units or points");
  f("stack", may_lack_stack, "the serving stack; likewise");
  f("tensor_parallel", tensor_parallel, "GPUs that share each layer: those of an instance, but for parallelism",
    Range::between(1, 1024));
  f("cpu_cores", cpu_cores,
    "CPU cores of an instance, in place of GPUs; its steps are by units. Its pools count `instances`",
    Range::between(1, 65535));
  f("parallelism", parallelism, "stages and groups of such GPUs that an instance has beside");
  f("input_data", input_data, "operands of the matrix products, a name in /hardware/gpu_power/input_data_ratio");
  f("steps", steps, "how long its steps last");
  f("memory", memory, "what the memory of an instance holds; absent: as model, GPUs and stack say");
  f("max_waiting_requests", max_waiting_requests, "requests that wait at an instance before the next is rejected",
    Range::between(1, 1e6));
  f("prefix_cache", prefix_cache,
    "whether instances keep the KV cache of prompts in memory that nobody needs, for prompts that begin alike");
  f("images", images, "what its requests bring beside text; absent: they bring no images");
  f("answers", answers,
    "of the service itself, by type of request: how long and how good they are, where that depends on "
    "who answers; absent: as the request says");
  f("variants", variants, "other ways to run the service, for pools and controllers");
  f("pools", pools, "who serves which requests; without pools, all servers serve all");
  f("nodes", nodes, "whose servers serve it, by path: row1, row0/rack2; empty: those of the whole site");
  f("servers", servers, "servers that serve, the first of these; absent: all that no job or other service needs",
    Range::between(1, 1e6));
  f("start", start, "what an instance goes through before it serves; those of the start of a run are ready");
  f("drain", drain, "what becomes of the requests of an instance that is to stop");
}

bool ServiceConfig::counts_instances() const {
  return std::ranges::any_of(pools, [](const PoolConfig& pool) { return !pool.instances.empty(); });
}

bool ServiceConfig::uses_cores() const {
  return cpu_cores.has_value() ||
         std::ranges::any_of(variants, [](const auto& variant) { return variant.second.cpu_cores.has_value(); });
}

void ServiceConfig::check(const Scope& scope) const {
  check_cores(*this, scope);
  if (steps.has_model() && model.name.empty())
    scope.at("model").problem("missing: the language model, unless steps are by units or points");
  if (steps.has_model() && stack.name.empty())
    scope.at("stack").problem("missing: the serving stack, unless steps are by units or points");
  check_division(parallelism, steps, scope.at("parallelism"));
  for (const auto& [name, other] : variants)
    if (other.parallelism || other.steps)
      check_division(other.parallelism.value_or(parallelism), other.steps ? *other.steps : steps,
                     scope.at("variants").at(name).at("parallelism"));
  if (images && !steps.has_model())
    scope.at("images").problem("cannot be read by a service whose steps are by units or points");
  if (prefix_cache && steps.by_points())
    scope.at("prefix_cache").problem("saves nothing where steps are by points: prompts take none of their time");
  if (images && prefix_cache)
    scope.at("prefix_cache").problem("cannot be used for prompts with images, which it cannot tell apart");
  if (pools.empty()) return;
  const Scope here = scope.at("pools");
  double share = 0;
  std::set<std::string> served, names;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (pools[i].name.empty() || pools[i].name.find('/') != std::string::npos)
      here.at(i).at("name").problem("must be a word without a slash");
    share += pools[i].server_fraction;
    if (!pools[i].name.empty() && !names.insert(pools[i].name).second)
      here.at(i).at("name").problem("another pool is already called \"" + pools[i].name + '"');
    for (const std::string& name : pools[i].serves)
      if (!served.insert(name).second) here.at(i).at("serves").problem("another pool serves \"" + name + "\" already");
    if (!pools[i].variant.empty()) check_variant(pools[i].variant, *this, here.at(i).at("variant"));
    for (const auto& [name, unused] : pools[i].instances)
      if (name != kServiceItself) check_variant(name, *this, here.at(i).at("instances").at(name));
  }
  if (counts_instances()) check_no_shares(pools, here);
  else if (std::abs(share - 1.0) > 1e-6)
    here.problem("server_fraction must add up to 1, but adds up to " + shortest(share));
}

std::vector<PoolConfig> ServiceConfig::all_pools() const {
  if (!pools.empty()) return pools;
  return {PoolConfig{"all", {"all"}, 1.0, ""}};
}

}  // namespace headroom
