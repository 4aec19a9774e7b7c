#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "control/control_loop.hpp"
#include "engine/front_door.hpp"
#include "engine/incidents.hpp"
#include "engine/ledger.hpp"
#include "engine/report.hpp"
#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "fleet/hand_overs.hpp"
#include "fleet/node_watch.hpp"
#include "kernel/fixed_rate.hpp"
#include "kernel/run_end.hpp"
#include "metrics/event_log.hpp"
#include "support/small_scenario.hpp"

namespace headroom::test {

/// Sets clocks at once, and keeps what was set.
struct PlainClocks : ClockSwitch {
  ClockWatch* watch = nullptr;
  std::vector<std::pair<std::size_t, double>> set;  ///< server and MHz
  bool set_clock(ServerId server, Hertz clock) override {
    set.emplace_back(server.index(), clock.value() / 1e6);
    if (watch) watch->clock_changed(server, clock);
    return true;
  }
};

/// The parts of a run as Simulation has them, without jobs, on a queue without SimGrid.
struct RunWithoutSimGrid {
  /// Requests of the one class `low`.
  RunWithoutSimGrid(const Scenario& s, std::vector<Request> requests)
      : RunWithoutSimGrid(s, only_low(), std::move(requests)) {}
  RunWithoutSimGrid(const Scenario& s, ClassTable table, std::vector<Request> requests,
                    std::vector<RunListener*> hearing = {}, Prompts known = {})
      : scenario(s),
        classes(std::move(table)),
        source(std::move(requests), std::move(known)),
        listeners(std::move(hearing)),
        site(s.site),
        nodes(s, site, queue),
        budgets(site),
        end(s.duration, false, queue),
        ledger(classes, s, listeners, known_prompts(), end),
        fleet(s, plan, classes, ledger.token_gaps(), ledger, {site, nodes, log, queue, clocks, known_prompts()}),
        deployments(s, fleet, log, queue),
        incidents(s.incidents, {fleet, deployments, budgets, log, queue}),
        control(s, classes, {plan, site, budgets, fleet, deployments, nodes, log, queue}),
        door(source, s.policy.router, s.network.has_value(), control.world(), fleet, ledger, known_prompts(), queue) {
    clocks.watch = &fleet;
    if (s.cooling) {
      thermal.emplace(s, Thermal::Surroundings{site, fleet, nodes, log, queue});
      fleet.add(*thermal);
      incidents.set_air(*thermal);
      control.set_heat(*thermal);
    }
    if (s.network) {
      network.emplace(s.network->bytes_per_s, queue);
      hand_overs.emplace(*s.network, HandOvers::Surroundings{*network, fleet, ledger, listeners, queue});
      hand_overs->set_desk(door);
      fleet.add(*hand_overs);
    }
    fleet.add(deployments);
    deployments.set_desk(door);
    if (!s.workload.tenants.empty()) {
      tenants.emplace(s, fleet, log, queue);
      fleet.add(*tenants);
    }
    if (!s.workload.vms) return;
    vms.emplace(s,
                Vms::Surroundings{plan, site, fleet, budgets, deployments, log, queue, thermal ? &*thermal : nullptr});
    fleet.add(*vms);
    control.set_vms(vms->outlook());
  }

  void run() {
    fleet.start();
    if (thermal) thermal->start();
    if (tenants) tenants->start();
    if (vms) vms->start();
    control.start();
    door.start();
    queue.run();
  }
  /// Of a run that is over; once.
  [[nodiscard]] Report report() {
    return report_of({scenario, site,     queue,   ledger, door,        fleet,  deployments, nodes,   log,  hand_overs,
                      thermal,  training, tenants, vms,    query_books, graphs, images,      workers, bill, held_bill});
  }
  /// Of all requests.
  [[nodiscard]] ClassResult requests() const {
    Report report;
    ledger.write(report);
    return report.all;
  }
  /// What the log says when the run is over.
  [[nodiscard]] Report events() {
    Report report;
    fleet.close_limits();
    log.finish(queue.now(), report);
    return report;
  }

  const Scenario& scenario;
  FleetPlan plan = plan_fleet(scenario);
  ClassTable classes;
  ListSource source;
  std::vector<RunListener*> listeners;
  EventQueue queue;
  PlainClocks clocks;
  Site site;
  EventLog log;
  NodeWatch nodes;
  Budgets budgets;
  RunEnd end;
  PromptPrefixes prompts{source.block_tokens()};
  RequestLedger ledger;
  Fleet fleet;
  Deployments deployments;
  Incidents incidents;
  ControlLoop control;
  FrontDoor door;
  std::optional<FixedRate> network;
  std::optional<HandOvers> hand_overs;
  std::optional<Tenants> tenants;
  std::optional<Vms> vms;
  std::optional<Thermal> thermal;
  std::optional<Training> training;
  std::optional<QueryBooks> query_books;
  std::optional<JobTracker> graphs;
  std::optional<ImageStage> images;
  std::optional<WorkerBooks> workers;
  std::optional<EnergyBill> bill, held_bill;

 private:
  PromptPrefixes* known_prompts() { return source.block_tokens() > 0 ? &prompts : nullptr; }
  static ClassTable only_low() {
    ClassTable classes;
    classes.add("", Priority::low);
    return classes;
  }
};

}  // namespace headroom::test
