#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "facility/site.hpp"
#include "fleet/fleet.hpp"
#include "fleet/job_desk.hpp"
#include "fleet/node_watch.hpp"
#include "jobs/job_cohort.hpp"
#include "kernel/event_queue.hpp"
#include "kernel/run_end.hpp"
#include "metrics/event_log.hpp"
#include "metrics/training_result.hpp"
#include "scenario/scenario.hpp"
#include "training/first_fit.hpp"
#include "training/waveform_plan.hpp"

namespace headroom {

/// The training jobs of a run: gives them servers, plays their waveforms through smoothing, and books what they draw in
/// the power tree. Servers of a cohort move together, so that a step costs the nodes that are followed, not the
/// servers.
class Training final : public SliceWatch, public JobDesk {
 public:
  /// Jobs have these servers. The scenario has passed its check and outlives this. Reads measured waveforms
  /// (InputError).
  Training(const Scenario& scenario, std::vector<ServerId> servers, Site& site, Fleet& fleet, NodeWatch& nodes,
           EventLog& log, RunEnd& end, EventQueue& queue);

  void start();
  /// A job follows the slowest of its servers.
  void limits_changed(ServerId server) override;
  void heat_limited(SliceId slice, Power per_gpu) override;
  /// No job that waits gets these.
  void leaving(std::span<const ServerId> servers) override;
  /// Jobs on these servers end, and none that waits gets them.
  void power_cut(std::span<const ServerId> servers) override;
  [[nodiscard]] bool over() const override { return ended_ == jobs_.size(); }
  void limit_jobs(std::optional<double> cap_fraction) override;
  void end_jobs(EndJobs::Which which) override;
  /// Notes at each node the highest frequency that the measured waveforms played below it show.
  void note_recordings(std::vector<GridNode>& nodes) const;

  [[nodiscard]] TrainingResult finish();
  /// Of the files of its jobs.
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// Servers of a job that move together.
  struct Cohort {
    std::vector<NodeId> servers;
    std::vector<SliceId> slices;  ///< on these
    std::uint32_t gpus = 0;       ///< of the job, in each of them
    Seconds begin{};
    PowerTree::Spread spread;
    std::vector<NodeId> followed;      ///< of the servers
    std::unique_ptr<JobCohort> state;  ///< while it runs
    Seconds count_from{};
    bool counts = false;
    Power inlet{}, feed{};  ///< of each server, as booked; the tree has what an idle one draws
    Seconds since{};
    Energy inlet_energy{}, feed_energy{};
  };
  struct Job {
    std::string name;
    std::uint32_t gpus = 0;
    Seconds submit{};
    std::optional<Seconds> duration;
    StartJitter jitter;
    std::shared_ptr<const WaveformPlan> plan;
    const SmoothingConfig* smoothing;
    std::size_t first_cohort = 0;  ///< the timer of its first cohort
    bool submitted = false;
    std::vector<ServerId> servers{};
    std::vector<Cohort> cohorts{};
    std::map<SliceId, Power> heat_limits{};  ///< of one GPU, where they overheat
    std::optional<Seconds> started{}, stopped{};
    Energy energy{};
    std::size_t reconfigurations = 0;
  };

  void handle_events();
  /// It is submitted, or has run its time.
  void next_of_job(const Event& event);
  void step_cohort(const Event& event);
  [[nodiscard]] OnCycle on_cycle(std::size_t job, std::size_t cohort);
  [[nodiscard]] static std::optional<ShrinkResult> shrink_result(const Job& job);
  void note_ended();
  void add_jobs();
  void add_traced_jobs(const JobTraceConfig& trace);
  void submit(std::size_t job);
  void start_waiting();
  void begin(std::size_t job, std::vector<ServerId> servers);
  void build_cohorts(Job& job);
  void note_record(const Job& job);
  void stop(std::size_t job);
  void end_if_quiet(std::size_t job);
  void end(std::size_t job);
  void apply_limit(Job& job);
  void end_largest();
  void book(Cohort& cohort, Power inlet, Power feed);
  void count(const Cohort& cohort);
  void schedule(const Job& job, std::size_t cohort);
  [[nodiscard]] JobLimit limit_of(const Job& job) const;
  [[nodiscard]] Seconds now() const { return queue_.now(); }

  const Scenario& scenario_;
  Site& site_;
  Fleet& fleet_;
  NodeWatch& nodes_;
  EventLog& log_;
  RunEnd& end_;
  EventQueue& queue_;
  JobClock clock_;
  ServerPower server_power_;
  Power idle_server_;
  FirstFit free_;
  std::vector<Job> jobs_;
  std::vector<std::uint32_t> job_of_server_;  ///< or none
  std::vector<Hertz> recorded_to_;            ///< by node
  std::vector<std::uint32_t> job_of_cohort_;  ///< by timer
  std::size_t ended_ = 0;
  std::optional<double> cap_fraction_;  ///< of TDP, where a controller limits jobs
  TrainingResult result_;
  Warnings warnings_;
};

}  // namespace headroom
