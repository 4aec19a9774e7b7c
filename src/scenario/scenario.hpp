#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "config/reader.hpp"
#include "facility/prices.hpp"
#include "facility/site.hpp"
#include "grid/grid_config.hpp"
#include "metrics/report.hpp"
#include "registry/workflow_registry.hpp"
#include "scenario/control_config.hpp"
#include "scenario/cooling_config.hpp"
#include "scenario/hardware_config.hpp"
#include "scenario/history_config.hpp"
#include "scenario/incident_config.hpp"
#include "scenario/network_config.hpp"
#include "scenario/output_config.hpp"
#include "scenario/policy_config.hpp"
#include "scenario/profile_config.hpp"
#include "scenario/query_energy_config.hpp"
#include "scenario/service_config.hpp"
#include "scenario/site_workload.hpp"
#include "trace/classes.hpp"
#include "trace/prompt_blocks.hpp"

namespace headroom {

struct TraceFacts;

class ConfigFolders;
struct Override;

/// Everything that decides a run.
struct Scenario {
  std::string file;  ///< that it was read from, as its user calls it; empty: none
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> model_draw;  ///< of the models' errors; none: as fitted
  std::optional<Seconds> duration;
  HardwareConfig hardware;
  SiteConfig site;
  std::map<std::string, ServerTypeConfig> server_types;
  std::optional<ServiceConfig> serving;
  std::map<std::string, ServiceConfig> services;
  SiteWorkload workload;
  PolicyConfig policy;
  TelemetryConfig telemetry;
  ActuationConfig actuation;
  std::optional<NetworkConfig> network;
  std::optional<HistoryConfig> history;
  std::optional<ForesightConfig> foresight;
  SmoothingConfig smoothing;
  BackstopConfig backstop;
  std::optional<GridConfig> grid;
  std::optional<CoolingConfig> cooling;
  IncidentsConfig incidents;
  std::map<std::string, SloTargets> slo;
  std::optional<ProfileConfig> profile;
  std::optional<PriceConfig> prices;
  std::optional<QueryEnergyConfig> query_energy;
  std::optional<WorkflowRegistry> registry;
  OutputConfig output;

  /// A service as it stands in the file; the one of `serving` has no name.
  struct NamedService {
    std::string name;
    const ServiceConfig* config;
    /// As endpoints of virtual machines call it.
    [[nodiscard]] const std::string& called() const {
      static const std::string only = "serving";
      return name.empty() ? only : name;
    }
    /// Where it stands under the scenario's `root`.
    [[nodiscard]] Scope at(const Scope& root) const {
      return name.empty() ? root.at("serving") : root.at("services").at(name);
    }
  };
  [[nodiscard]] std::vector<NamedService> all_services() const;
  /// Whether its instances stand on virtual machines, and on no server of their own.
  [[nodiscard]] bool stands_on_vms(const NamedService& service) const;
  /// What the reader of its requests is to do about the blocks of prompts: a prefix cache needs them.
  [[nodiscard]] PromptBlocks prompt_blocks() const;
  /// Those of /policy and, where it is switched on and there are jobs to stop, the backstop.
  [[nodiscard]] std::vector<const ControllerConfig*> controllers() const;
  /// How its profile is made: as /profile says, or by default.
  [[nodiscard]] ProfileConfig profile_grid() const { return profile.value_or(ProfileConfig()); }
  /// Whether a router or controller asks a profile.
  [[nodiscard]] bool needs_profile() const;
  /// Server types: /hardware, then those of /server_types by name.
  [[nodiscard]] std::vector<const HardwareConfig*> types() const;
  /// What messages call the value at a JSON pointer, once the file has been read.
  [[nodiscard]] std::string where(const std::string& pointer) const;
  void fields(Fields& f);
  /// The rules between its sections.
  void check(const Scope& scope) const;
};

/// A scenario read from its files, the text of its resolved.json, what its user should know of it, and the files that
/// it names.
struct LoadedScenario {
  Scenario scenario;
  std::string resolved;
  Warnings warnings;
  std::vector<NamedFile> files;
};

/// What chooses the next steps of the instances of a service.
const Recipe<BatchScheduler>& batching_of(const Scenario& scenario, ServiceId service);

/// Reads a scenario with its includes and the `--set` overrides; an InputError lists every problem found.
LoadedScenario load_scenario(const std::string& file, const ConfigFolders& folders,
                             const std::vector<std::string>& sets);
/// The same with values that replace those of the files, one after the other.
LoadedScenario resolve_scenario(const std::string& file, const ConfigFolders& folders,
                                const std::vector<Override>& overrides);

/// Reads the file that a name, or a path, stands for; `where` is what a message about the name begins with.
HardwareConfig load_hardware(const std::string& name, const ConfigFolders& folders, const std::string& where);
Architecture load_model(const std::string& name, const ConfigFolders& folders, const std::string& where,
                        Warnings& warnings);
StackProfile load_stack(const std::string& name, const ConfigFolders& folders, const std::string& where);

/// When samples of power begin, of a scenario with `grid`: after the warm-up, and not before smoothing has settled.
[[nodiscard]] Seconds recording_start(const Scenario& scenario);
/// The time after which the run ends or nothing arrives any more; none where only the trace knows.
[[nodiscard]] std::optional<Seconds> known_duration(const Scenario& scenario);

/// What is right but may surprise: where (a JSON pointer) and what.
Warnings warnings_of(const Scenario& scenario);

/// Says that a run goes on long after the last request of its trace; nothing where it does not.
[[nodiscard]] std::optional<Warning> outlasts_trace(const Scenario& scenario, const TraceFacts& facts);

/// Says that requests can never be served, how long the longest of them is, and what the largest instance holds; of a
/// pool, where it is named.
[[nodiscard]] Warning never_fit(std::uint64_t requests, std::uint64_t of, std::uint64_t longest_tokens,
                                const std::string& pool, std::uint64_t kv_capacity_tokens);

}  // namespace headroom
