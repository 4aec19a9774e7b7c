#pragma once

#include "scenario/scenario.hpp"

namespace headroom {

// Rules between sections of a scenario, which stands at `root`. What its structs say of themselves is noted there
// already: a rule that needs sound values asks for them.

/// Of the server types beside /hardware: where they stand. The site must be sound.
void check_types(const Scenario& scenario, const Scope& root);
/// Of the site: budgets below what its servers draw, and nodes that it does not have, whoever names them. The site must
/// be sound.
void check_nodes(const Scenario& scenario, const Scope& root);
/// Of cooling, which is there: it needs server types that say how warm their GPUs get and whose GPUs at rest stay below
/// the temperature at which they throttle.
void check_cooling(const Scenario& scenario, const Scope& root);
/// Of aisles: rows that none or two have, and incidents of others. The site must be sound.
void check_air(const Scenario& scenario, const Scope& root);
/// Of services: what the servers and their GPUs do not give.
void check_services(const Scenario& scenario, const Scope& root);
/// Of a network, which is there: flows need NICs whose rate is known.
void check_network(const Scenario& scenario, const Scope& root);
/// Of the workload: who serves it, and on what its jobs run.
void check_workload(const Scenario& scenario, const Scope& root);
/// Of virtual machines, which are there: what they run, and on what.
void check_vms(const Scenario& scenario, const Scope& root);
/// Of times: what begins too late in the run, lasts too long for it, or never ends.
void check_durations(const Scenario& scenario, const Scope& root);

}  // namespace headroom
