#include "profile/pool_sample.hpp"

#include "base/random.hpp"
#include "scenario/class_pools.hpp"
#include "scenario/slo.hpp"
#include "workload/make_source.hpp"

namespace headroom {
namespace {

/// So many of all that are offered, each as likely as any other.
class Reservoir {
 public:
  Reservoir(std::size_t size, std::uint64_t seed, const std::string& pool)
      : size_(size), stream_(seed, "sample " + pool) {}

  void offer(const RequestShape& shape, std::vector<RequestShape>& kept) {
    const std::uint64_t place = stream_.integer(0, offered_++);
    if (kept.size() < size_) kept.push_back(shape);
    else if (place < size_) kept[place] = shape;
  }

 private:
  std::size_t size_;
  RandomStream stream_;
  std::uint64_t offered_ = 0;
};

template <class Tokens>
double mean_of(const std::vector<RequestShape>& requests, Tokens tokens) {
  double sum = 0;
  for (const RequestShape& request : requests) sum += request.*tokens;
  return requests.empty() ? 0.0 : sum / static_cast<double>(requests.size());
}

std::vector<SloTargets> all_targets(const Scenario& scenario, const ClassTable& classes) {
  std::vector<SloTargets> all;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto targets = targets_of(scenario, classes, ClassId(i));
    if (!targets || (!targets->ttft && !targets->tbt && !targets->e2e))
      throw InputError(scenario.where("/slo"), "a profile needs a latency target for the requests \"" +
                                                   classes.name(ClassId(i)) + "\", such as ttft_s or tbt_s");
    all.push_back(*targets);
  }
  return all;
}

}  // namespace

double PoolSample::mean_input_tokens() const {
  return mean_of(requests, &RequestShape::input_tokens);
}

double PoolSample::mean_output_tokens() const {
  return mean_of(requests, &RequestShape::output_tokens);
}

ProfiledRequests sample_pools(const Scenario& scenario) {
  ClassTable classes;
  const auto source =
      make_source(scenario.workload, classes, scenario.seed, scenario.where("/workload"), scenario.duration);
  check_slo(scenario, classes);
  check_pools(scenario, classes);
  const FleetPlan plan = plan_fleet(scenario);
  const ProfileConfig grid = scenario.profile_grid();
  ProfiledRequests profiled;
  std::vector<Reservoir> reservoirs;
  for (const auto& pool : plan.pools) {
    profiled.pools.push_back({pool.name, pool.service, {}});
    reservoirs.emplace_back(grid.sample_requests, grid.seed, pool.name);
  }
  profiled.targets = all_targets(scenario, classes);
  const auto pools = pools_of_classes(plan, classes);
  Request request;
  for (std::uint64_t i = 0; i < grid.read_requests && source->next(request); ++i) {
    if (scenario.duration && request.arrival > *scenario.duration) break;
    const std::size_t pool = pools[request.request_class.index()];
    reservoirs[pool].offer({request.input_tokens, request.output_tokens, request.request_class},
                           profiled.pools[pool].requests);
  }
  return profiled;
}

}  // namespace headroom
