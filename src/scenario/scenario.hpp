#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "config/reader.hpp"
#include "facility/inlet_offsets.hpp"
#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "grid/grid_config.hpp"
#include "headroom/batch_scheduler.hpp"
#include "headroom/controller.hpp"
#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "headroom/recipe.hpp"
#include "headroom/router.hpp"
#include "metrics/report.hpp"
#include "model/calibration_note.hpp"
#include "model/cooling/inlet.hpp"
#include "model/cooling/outside.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/stack.hpp"
#include "model/power/gpu_power.hpp"
#include "model/thermal/die_sink.hpp"
#include "policy/smoothing/backstop.hpp"
#include "scenario/prices.hpp"
#include "scenario/smoothing.hpp"
#include "serving/power_limiter.hpp"
#include "training/job_config.hpp"
#include "workload/classes.hpp"
#include "workload/workload_config.hpp"

namespace headroom {

struct TraceFacts;

class ConfigFolders;
struct Override;

/// A server type.
struct HardwareConfig {
  std::string name;
  GpuSpec gpu;
  GpuPowerCoefficients gpu_power;
  ServerPowerSpec server;
  LimitSpec limits;
  std::optional<ThermalSpec> thermal;
  std::string source;
  std::vector<CalibrationNote> calibration;  ///< of `gpu_power`
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// A training job, and how its power is smoothed where that differs from the others.
struct SiteJob : JobConfig {
  std::optional<SmoothingConfig> smoothing;
  void fields(Fields& f);
};

/// What the servers have to do: requests, jobs, or both.
struct SiteWorkload : WorkloadConfig {
  std::vector<SiteJob> jobs;
  std::optional<JobTraceConfig> job_trace;
  [[nodiscard]] bool has_jobs() const { return !jobs.empty() || job_trace.has_value(); }
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// Servers set aside for the requests of some priorities.
struct PoolConfig {
  std::string name;
  std::vector<Priority> serves;
  double server_fraction = 1.0;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// The model that the servers run, and how.
struct ServingConfig {
  Architecture model;
  StackProfile stack;
  std::uint32_t tensor_parallel = 8;
  std::uint32_t max_waiting_requests = 64;
  std::string input_data = "random_dense";  ///< what the operands of its matrix products look like, by name
  std::vector<PoolConfig> pools;
  std::optional<std::uint32_t> servers;  ///< the first ones of the site; absent: all
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// A controller of any built-in kind.
struct ControllerConfig : Recipe<Controller> {
  ControllerConfig();
};

/// Who decides: one router, one batch scheduler, any number of controllers.
struct PolicyConfig {
  std::string name;
  Recipe<Router> router;
  Recipe<BatchScheduler> batching;
  std::vector<ControllerConfig> controllers;
  PolicyConfig();
  void fields(Fields& f);
};

/// Which nodes are sampled, and how late the samples come.
struct TelemetryConfig {
  std::vector<std::string> levels{"row"};
  Seconds period{2.0};
  Seconds window{2.0};
  Seconds delay{2.0};
  Seconds warmup{0.0};
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// How long commands take to act.
struct ActuationConfig {
  Seconds clock_lock{40.0};
  Seconds power_cap{40.0};
  Seconds power_brake{5.0};
  void fields(Fields& f);
};

/// The air that the servers get; with it, temperatures are followed.
struct CoolingConfig {
  Choice<OutsideTemperature> outside{outside_kinds(), "", nullptr};
  InletSpec inlet;
  InletOffsetSpec offsets;
  Seconds update{60.0};
  void fields(Fields& f);
};

struct PowerOutputConfig {
  std::vector<std::string> nodes;
  std::optional<Seconds> bin;
  void fields(Fields& f);
};

struct OutputConfig {
  PowerOutputConfig power;
  void fields(Fields& f);
};

/// Everything that decides a run.
struct Scenario {
  std::string file;  ///< that it was read from, as its user calls it; empty: none
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  std::optional<Seconds> duration;
  HardwareConfig hardware;
  SiteConfig site;
  std::optional<ServingConfig> serving;
  SiteWorkload workload;
  PolicyConfig policy;
  TelemetryConfig telemetry;
  ActuationConfig actuation;
  SmoothingConfig smoothing;
  Backstop backstop;
  std::optional<GridConfig> grid;
  std::optional<CoolingConfig> cooling;
  std::map<std::string, SloTargets> slo;
  std::optional<PriceConfig> prices;
  OutputConfig output;
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

/// Says that requests can never be served, and how long the longest of them is.
[[nodiscard]] Warning never_fit(std::uint64_t requests, std::uint64_t of, std::uint64_t longest_tokens,
                                std::uint64_t kv_capacity_tokens);

/// Throws an InputError where /slo names neither a priority, a type or class of requests, nor `all`. Possible only when
/// the workload is open, since a trace names its types itself.
void check_slo(const Scenario& scenario, const ClassTable& classes);

}  // namespace headroom
