#include "policy/builtin.hpp"

#include <array>

namespace headroom {

// Each is defined in the file of its policy.
namespace kinds {

Kind<Router> round_robin();
Kind<Router> least_outstanding();
Kind<Router> join_shortest_queue();
Kind<Router> token_jsq();
Kind<Router> fewest_waiting();
Kind<Router> mixed_pool();
Kind<Router> prefix_affinity();
Kind<Router> least_energy();
Kind<Router> affinity();

Kind<BatchScheduler> continuous();
Kind<BatchScheduler> chunked_prefill();
Kind<BatchScheduler> splitwise();
Kind<BatchScheduler> sarathi();
Kind<BatchScheduler> medha();

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

std::span<const Kind<Router>> builtin_routers() {
  static const std::array list = {kinds::round_robin(),     kinds::least_outstanding(), kinds::join_shortest_queue(),
                                  kinds::token_jsq(),       kinds::fewest_waiting(),    kinds::mixed_pool(),
                                  kinds::prefix_affinity(), kinds::least_energy(),      kinds::affinity()};
  return list;
}

std::span<const Kind<BatchScheduler>> builtin_batch_schedulers() {
  static const std::array list = {kinds::continuous(), kinds::chunked_prefill(), kinds::splitwise(), kinds::sarathi(),
                                  kinds::medha()};
  return list;
}

std::span<const Kind<Placement>> builtin_placements() {
  static const std::array list = {kinds::interleaved(), kinds::first_fit(), kinds::listed()};
  return list;
}

std::span<const Kind<Controller>> builtin_controllers() {
  static const std::array list = {kinds::none(),
                                  kinds::no_cap(),
                                  kinds::one_threshold_low_priority(),
                                  kinds::one_threshold_all(),
                                  kinds::fixed_limit(),
                                  kinds::polca(),
                                  kinds::target_utilization(),
                                  kinds::dynamo_cluster(),
                                  kinds::dynamo_pool(),
                                  kinds::dynamo_instance(),
                                  kinds::row_cap(),
                                  kinds::tapas_risk(),
                                  kinds::tapas_configure(),
                                  kinds::backstop()};
  return list;
}

std::span<const Kind<Smoother>> builtin_smoothers() {
  static const std::array list = {kinds::power_cap(), kinds::gpu_power_smoothing(), kinds::firefly(),
                                  kinds::rack_storage()};
  return list;
}

std::span<const Kind<VmPlacement>> builtin_vm_placements() {
  static const std::array list = {kinds::first_fit_vms(), kinds::packing(), kinds::random_vms(), kinds::tapas()};
  return list;
}

}  // namespace headroom
