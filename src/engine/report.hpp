#pragma once

#include <optional>

#include "engine/front_door.hpp"
#include "engine/ledger.hpp"
#include "engine/query_books.hpp"
#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "fleet/hand_overs.hpp"
#include "fleet/node_watch.hpp"
#include "jobs/job_tracker.hpp"
#include "jobs/tenants.hpp"
#include "jobs/training.hpp"
#include "jobs/vms.hpp"
#include "jobs/worker_books.hpp"
#include "metrics/report.hpp"
#include "thermal/thermal.hpp"

namespace headroom {

/// The parts of a run that is over.
struct RunParts {
  const Scenario& scenario;
  const Site& site;
  const EventQueue& queue;
  const RequestLedger& ledger;
  const FrontDoor& door;
  Fleet& fleet;
  Deployments& deployments;
  NodeWatch& nodes;
  EventLog& log;
  std::optional<HandOvers>& hand_overs;
  std::optional<Thermal>& thermal;
  std::optional<Training>& training;
  std::optional<Tenants>& tenants;
  std::optional<Vms>& vms;
  std::optional<QueryBooks>& query_books;
  std::optional<JobTracker>& graphs;
  const std::optional<ImageStage>& images;
  std::optional<WorkerBooks>& workers;
  std::optional<EnergyBill>& bill;
  std::optional<EnergyBill>& held_bill;
};

/// What a run has to say, and whether its books balance. Hands over what the parts have kept.
[[nodiscard]] Report report_of(const RunParts& run);

}  // namespace headroom
