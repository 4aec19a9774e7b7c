#include "policy/builtin.hpp"

#include <array>
#include <vector>

#include "headroom/plugin.hpp"

namespace headroom {

// Each is defined in the file of its policy.
namespace kinds {

Kind<Router> round_robin();
Kind<Router> least_outstanding();
Kind<Router> join_shortest_queue();
Kind<Router> token_jsq();
Kind<Router> fewest_waiting();
Kind<Router> fewest_text_tokens();
Kind<Router> fewest_tokens();
Kind<Router> mixed_pool();
Kind<Router> prefix_affinity();
Kind<Router> least_energy();
Kind<Router> affinity();
Kind<Router> shortest_runtime();

Kind<BatchScheduler> continuous();
Kind<BatchScheduler> chunked_prefill();
Kind<BatchScheduler> splitwise();
Kind<BatchScheduler> sarathi();
Kind<BatchScheduler> medha();

Kind<BatchScheduler> one_at_a_time();

Kind<Planner> as_declared();
Kind<Planner> deadline_graph();
Kind<Planner> self_consistency();
Kind<Planner> per_query();
Kind<Planner> kv_reuse();

Kind<Placement> interleaved();
Kind<Placement> first_fit();
Kind<Placement> listed();

Kind<Controller> none();
Kind<Controller> no_cap();
Kind<Controller> one_threshold_low_priority();
Kind<Controller> one_threshold_all();
Kind<Controller> fixed_limit();
Kind<Controller> polca();
Kind<Controller> target_utilization();
Kind<Controller> token_autoscale();
Kind<Controller> milp_fleet();
Kind<Controller> dynamo_cluster();
Kind<Controller> dynamo_pool();
Kind<Controller> dynamo_instance();
Kind<Controller> row_cap();
Kind<Controller> tapas_risk();
Kind<Controller> tapas_configure();
Kind<Controller> backstop();

Kind<Smoother> power_cap();
Kind<Smoother> gpu_power_smoothing();
Kind<Smoother> firefly();
Kind<Smoother> rack_storage();

Kind<VmPlacement> first_fit_vms();
Kind<VmPlacement> packing();
Kind<VmPlacement> random_vms();
Kind<VmPlacement> tapas();

}  // namespace kinds

namespace {

std::vector<Kind<Router>>& list_of_routers() {
  static std::vector<Kind<Router>> list = {
      kinds::round_robin(),    kinds::least_outstanding(), kinds::join_shortest_queue(), kinds::token_jsq(),
      kinds::fewest_waiting(), kinds::mixed_pool(),        kinds::prefix_affinity(),     kinds::least_energy(),
      kinds::affinity(),       kinds::shortest_runtime(),  kinds::fewest_text_tokens(),  kinds::fewest_tokens()};
  return list;
}

std::vector<Kind<BatchScheduler>>& list_of_batch_schedulers() {
  static std::vector<Kind<BatchScheduler>> list = {kinds::continuous(), kinds::chunked_prefill(), kinds::splitwise(),
                                                   kinds::sarathi(), kinds::medha()};
  return list;
}

std::vector<Kind<Placement>>& list_of_placements() {
  static std::vector<Kind<Placement>> list = {kinds::interleaved(), kinds::first_fit(), kinds::listed()};
  return list;
}

std::vector<Kind<Controller>>& list_of_controllers() {
  static std::vector<Kind<Controller>> list = {kinds::none(),
                                               kinds::no_cap(),
                                               kinds::one_threshold_low_priority(),
                                               kinds::one_threshold_all(),
                                               kinds::fixed_limit(),
                                               kinds::polca(),
                                               kinds::target_utilization(),
                                               kinds::token_autoscale(),
                                               kinds::milp_fleet(),
                                               kinds::dynamo_cluster(),
                                               kinds::dynamo_pool(),
                                               kinds::dynamo_instance(),
                                               kinds::row_cap(),
                                               kinds::tapas_risk(),
                                               kinds::tapas_configure(),
                                               kinds::backstop()};
  return list;
}

std::vector<Kind<VmPlacement>>& list_of_vm_placements() {
  static std::vector<Kind<VmPlacement>> list = {kinds::first_fit_vms(), kinds::packing(), kinds::random_vms(),
                                                kinds::tapas()};
  return list;
}

template <class Interface>
void add_kinds(std::vector<Kind<Interface>>& list, const std::vector<Kind<Interface>>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

}  // namespace

std::span<const Kind<Router>> builtin_routers() {
  return list_of_routers();
}

std::span<const Kind<BatchScheduler>> builtin_batch_schedulers() {
  return list_of_batch_schedulers();
}

std::span<const Kind<BatchScheduler>> builtin_unit_schedulers() {
  static const std::array list = {kinds::one_at_a_time()};
  return list;
}

std::span<const Kind<Planner>> builtin_planners() {
  static const std::array list = {kinds::as_declared(), kinds::deadline_graph(), kinds::self_consistency(),
                                  kinds::per_query(), kinds::kv_reuse()};
  return list;
}

std::span<const Kind<Placement>> builtin_placements() {
  return list_of_placements();
}

std::span<const Kind<Controller>> builtin_controllers() {
  return list_of_controllers();
}

std::span<const Kind<VmPlacement>> builtin_vm_placements() {
  return list_of_vm_placements();
}

std::span<const Kind<Smoother>> builtin_smoothers() {
  static const std::array list = {kinds::power_cap(), kinds::gpu_power_smoothing(), kinds::firefly(),
                                  kinds::rack_storage()};
  return list;
}

void add_to_builtin(const Plugin& plugin) {
  add_kinds(list_of_routers(), plugin.routers);
  add_kinds(list_of_batch_schedulers(), plugin.batch_schedulers);
  add_kinds(list_of_placements(), plugin.placements);
  add_kinds(list_of_controllers(), plugin.controllers);
  add_kinds(list_of_vm_placements(), plugin.vm_placements);
}

}  // namespace headroom
