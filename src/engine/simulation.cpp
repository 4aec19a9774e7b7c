#include "engine/simulation.hpp"

#include <algorithm>

#include "engine/report.hpp"
#include "facility/supported_clocks.hpp"
#include "kernel/fixed_rate.hpp"
#include "kernel/flow_network.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kHeartbeat = 1 << 13;  // events
/// Tokens of the blocks in which prompts of stages are compared, where no workload says.
constexpr std::uint32_t kStageBlock = 16;

/// By server type.
std::vector<std::vector<Hertz>> clocks_of(const Scenario& scenario) {
  std::vector<std::vector<Hertz>> clocks;
  for (const HardwareConfig* type : scenario.types()) clocks.push_back(supported_clocks(type->gpu));
  return clocks;
}

/// Of a scenario that has one; `layout` where transfers share it.
std::unique_ptr<Network> network_of(const Scenario& scenario, const std::optional<NetworkLayout>& layout,
                                    Platform& platform, EventQueue& queue) {
  if (layout) return std::make_unique<FlowNetwork>(*layout, scenario.network->flows_per_nic, platform.flows(), queue);
  return std::make_unique<FixedRate>(scenario.network->bytes_per_s, queue);
}

bool takes_images(const Scenario& scenario) {
  return std::ranges::any_of(scenario.all_services(),
                             [](const Scenario::NamedService& service) { return service.config->images.has_value(); });
}

std::optional<PromptPrefixes> prefixes_of(const Scenario& scenario, const RequestSource& source) {
  if (scenario.prompt_blocks() == PromptBlocks::unused) return std::nullopt;
  const std::uint32_t block = source.block_tokens();
  if (block == 0 && scenario.workload.graphs.empty()) return std::nullopt;
  return PromptPrefixes(block > 0 ? block : kStageBlock);
}

}  // namespace

Simulation::Simulation(const Scenario& scenario, const ClassTable& classes, RequestSource& source, RunOptions options)
    : scenario_(scenario),
      options_(std::move(options)),
      plan_(plan_fleet(scenario)),
      clocks_(clocks_of(scenario)),
      site_(scenario.site),
      layout_(network_layout(scenario, plan_, site_)),
      platform_(load_platform(clocks_, plan_.type_of_server, layout_ ? &*layout_ : nullptr, queue_)),
      nodes_(scenario, site_, queue_),
      budgets_(site_),
      end_(scenario.duration, scenario.workload.has_jobs(), queue_, !scenario.workload.graphs.empty()),
      prompts_(prefixes_of(scenario, source)),
      ledger_(classes, scenario, listeners(classes), prompts(), end_),
      fleet_(scenario, plan_, classes, ledger_.token_gaps(), ledger_,
             {site_, nodes_, log_, queue_, *platform_, prompts()}),
      deployments_(scenario, fleet_, log_, queue_),
      incidents_(scenario.incidents, {fleet_, deployments_, budgets_, log_, queue_}),
      control_(scenario, classes,
               {plan_, site_, budgets_, fleet_, deployments_, nodes_, log_, queue_, options_.profile}),
      door_(source, scenario.policy.router, scenario.network.has_value(), control_.world(), fleet_, ledger_, prompts(),
            queue_) {
  platform_->watch(fleet_);
  if (query_books_) fleet_.add(*query_books_);
  if (scenario.cooling) {  // hears that GPUs are free before anybody takes them
    thermal_.emplace(scenario, Thermal::Surroundings{site_, fleet_, nodes_, log_, queue_});
    fleet_.add(*thermal_);
    incidents_.set_air(*thermal_);
    control_.set_heat(*thermal_);
  }
  if (scenario.network) {  // hears that power is gone before anything else moves
    network_ = network_of(scenario, layout_, *platform_, queue_);
    hand_overs_.emplace(*scenario.network,
                        HandOvers::Surroundings{*network_, fleet_, ledger_, options_.listeners, queue_});
    hand_overs_->set_desk(door_);
    fleet_.add(*hand_overs_);
  }
  fleet_.add(deployments_);
  deployments_.set_desk(door_);
  if (scenario.workload.has_jobs()) {
    training_.emplace(scenario, plan_.job_servers, site_, fleet_, nodes_, log_, end_, queue_);
    warnings_ = training_->warnings();
    fleet_.add(*training_);
    control_.set_job_desk(*training_);
  }
  if (!scenario.workload.tenants.empty()) {
    tenants_.emplace(scenario, fleet_, log_, queue_);
    fleet_.add(*tenants_);
  }
  if (scenario.workload.vms) {
    vms_.emplace(scenario, Vms::Surroundings{plan_, site_, fleet_, budgets_, deployments_, log_, queue_,
                                             thermal_ ? &*thermal_ : nullptr});
    for (const Warning& warning : vms_->warnings()) warnings_.push_back(warning);
    fleet_.add(*vms_);
    control_.set_vms(vms_->outlook());
  }
  if (takes_images(scenario)) {
    images_.emplace(scenario,
                    ImageStage::Surroundings{classes, fleet_, door_, queue_, hand_overs_ ? &*hand_overs_ : nullptr});
    ledger_.add(*images_);
    door_.set_images(*images_);
  }
  if (images_ || !scenario.workload.graphs.empty() || scenario.registry) {
    workers_.emplace(fleet_);
    fleet_.add(*workers_);
  }
  if (!scenario.workload.graphs.empty()) {
    graphs_.emplace(scenario,
                    JobTracker::Surroundings{control_.world(), classes, fleet_, door_, prompts(), end_, queue_,
                                             hand_overs_ ? &*hand_overs_ : nullptr, options_.listeners});
    fleet_.add_idle(*graphs_);
    ledger_.add(*graphs_);
  }
  if (scenario.prices)
    bill_.emplace(*scenario.prices, scenario.where("/prices"), scenario.duration, scenario.workload.trace.has_value(),
                  warnings_);
  held_bill_ = bill_;
  if (bill_ || options_.heartbeat) queue_.watch(*this);
}

/// Those of the caller, and those that the scenario asks for.
std::span<RunListener* const> Simulation::listeners(const ClassTable& classes) {
  if (scenario_.query_energy) {
    query_books_.emplace(*scenario_.query_energy, classes, queue_);
    options_.listeners.push_back(&*query_books_);
  }
  return options_.listeners;
}

Report Simulation::run() {
  fleet_.start();
  if (query_books_) query_books_->start(fleet_, plan_);
  if (thermal_) thermal_->start();
  if (training_) training_->start();
  if (tenants_) tenants_->start();
  if (vms_) vms_->start();
  if (graphs_) graphs_->start();
  control_.start();
  door_.start();
  platform_->run();
  leave_requests();
  return report_of({scenario_,    site_,   queue_,      ledger_,  door_,     fleet_,    deployments_,
                    nodes_,       log_,    hand_overs_, thermal_, training_, tenants_,  vms_,
                    query_books_, graphs_, images_,     workers_, bill_,     held_bill_});
}

void Simulation::coming(const Event&) {
  if (bill_ && bill_->next_change() < queue_.now()) book_price_changes();
  if (options_.heartbeat && queue_.handled() % kHeartbeat == 0) options_.heartbeat(queue_.now(), ledger_.arrivals());
}

/// Nothing has drawn otherwise since the event before, so that the energy at the dates between is known.
void Simulation::book_price_changes() {
  const NodeId root = site_.nodes().front().id;
  while (bill_->next_change() < queue_.now()) {
    const Seconds change = bill_->next_change();
    bill_->change(site_.tree().energy(root, change));
    held_bill_->change(fleet_.held_energy(change));
  }
}

/// What instances still hold at the end.
void Simulation::leave_requests() {
  for (std::size_t i = 0; i < fleet_.instances().size(); ++i)
    fleet_.instances()[i].each_sequence([&](const Sequence& sequence, bool has_first_token) {
      ledger_.left(InstanceId(i), sequence, has_first_token, queue_.now());
    });
  if (images_) images_->each_under_way([&](const Request& request) { ledger_.left_under_way(request, queue_.now()); });
  if (hand_overs_)
    hand_overs_->each_under_way(
        [&](const Sequence& sequence, InstanceId from) { ledger_.left(from, sequence, true, queue_.now()); });
}

}  // namespace headroom
