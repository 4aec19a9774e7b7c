#include "scenario/control_check.hpp"
#include "scenario/proportion_check.hpp"
#include "scenario/section_check.hpp"

namespace headroom {
namespace {

/// Names that users gave to parts of a scenario become parts of paths.
template <class Map>
void check_names(const Map& named, const Scope& scope) {
  for (const auto& [key, unused] : named)
    if (key.empty() || key.find('/') != std::string::npos)
      scope.at(key).problem("its name must be a word without a slash");
}

/// Energy is divided among requests, so that whose the rest is must be known.
void check_query_energy(const Scenario& scenario, const Scope& scope) {
  if (!scenario.query_energy) return;
  if (scenario.workload.vms)
    scope.problem("does not go with /workload/vms: idle servers there wait for any machine, not for requests");
  if (!scenario.workload.graphs.empty())
    scope.problem(
        "does not go with /workload/graphs, whose stages are parts of a job: /graphs of the summary has its energy");
}

}  // namespace

void Scenario::check(const Scope& root) const {
  if (!root.at("workload").at("graphs").sound()) return;  // its stages are among the requests that all else is about
  if (serving && !services.empty())
    root.at("services").problem("stand beside /serving, which is the one service of a scenario: leave out one of them");
  check_names(server_types, root.at("server_types"));
  check_names(services, root.at("services"));
  for (const auto& service : all_services()) check_names(service.config->variants, service.at(root).at("variants"));
  check_losses(*this, root);
  if (root.at("site").sound()) {
    check_types(*this, root);
    check_nodes(*this, root);
    check_air(*this, root);
    if (root.at("hardware").at("gpu").sound()) check_control(*this, root);
  }
  if (cooling) check_cooling(*this, root);
  if (network) check_network(*this, root);
  check_services(*this, root);
  check_steps(*this, root);
  check_prompt_lengths(*this, root);
  check_durations(*this, root);
  check_query_energy(*this, root.at("query_energy"));
  check_workload(*this, root);
  if (workload.vms && root.at("hardware").sound() && root.at("server_types").sound()) check_vms(*this, root);
}

}  // namespace headroom
