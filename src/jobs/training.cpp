#include "jobs/training.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "base/text.hpp"
#include "jobs/job_files.hpp"

namespace headroom {

Training::Training(const Scenario& scenario, std::vector<ServerId> servers, Site& site, Fleet& fleet, NodeWatch& nodes,
                   EventLog& log, RunEnd& end, EventQueue& queue)
    : scenario_(scenario),
      site_(site),
      fleet_(fleet),
      nodes_(nodes),
      log_(log),
      end_(end),
      queue_(queue),
      clock_(scenario.hardware.gpu_power, scenario.hardware.gpu_power.idle,
             scenario.hardware.gpu.min_clock / scenario.hardware.gpu.max_clock),
      server_power_(scenario.hardware.server, scenario.hardware.gpu.tdp),
      idle_server_(
          server_power_.inlet(scenario.hardware.gpu_power.idle * static_cast<double>(scenario.hardware.server.gpus))),
      free_(std::move(servers)),
      job_of_server_(scenario.site.servers, kNone),
      recorded_to_(site.tree().size(), Hertz(std::numeric_limits<double>::infinity())) {
  add_jobs();
  if (scenario.workload.job_trace) add_traced_jobs(*scenario.workload.job_trace);
  for (std::size_t j = 0; j < jobs_.size(); ++j) {
    jobs_[j].first_cohort = job_of_cohort_.size();
    const std::size_t most = jobs_[j].jitter.cohorts + 1;  // one for a server of which it has a part only
    job_of_cohort_.resize(job_of_cohort_.size() + most, static_cast<std::uint32_t>(j));
  }
  handle_events();
}

void Training::handle_events() {
  queue_.add_timers(EventKind::job, jobs_.size());
  queue_.add_timers(EventKind::cohort, job_of_cohort_.size());
  queue_.on<&Training::next_of_job>(EventKind::job, *this);
  queue_.on<&Training::step_cohort>(EventKind::cohort, *this);
}

void Training::add_jobs() {
  const auto& jobs = scenario_.workload.jobs;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    jobs_.push_back({.name = jobs[i].name,
                     .gpus = jobs[i].gpus,
                     .submit = jobs[i].start,
                     .duration = jobs[i].duration,
                     .jitter = jobs[i].shape.start_jitter,
                     .plan = plan_of_job(scenario_, i, warnings_),
                     .smoothing = jobs[i].smoothing ? &*jobs[i].smoothing : &scenario_.smoothing});
}

/// Rows of equal kind and size share a waveform.
void Training::add_traced_jobs(const JobTraceConfig& trace) {
  std::map<std::pair<std::string, std::uint32_t>, std::shared_ptr<const WaveformPlan>> plans;
  for (const JobRow& row : traced_jobs(scenario_, warnings_)) {
    auto& shared = plans[{row.kind, row.gpus}];
    if (!shared) shared = plan_of_row(scenario_, row, warnings_);
    jobs_.push_back({.name = traced_name(row, jobs_.size()),
                     .gpus = row.gpus,
                     .submit = row.submit,
                     .duration = row.duration,
                     .jitter = trace.shapes.at(row.kind).start_jitter,
                     .plan = shared,
                     .smoothing = &scenario_.smoothing});
  }
}

void Training::start() {
  for (std::size_t j = 0; j < jobs_.size(); ++j) queue_.set_timer(EventKind::job, j, jobs_[j].submit);
}

void Training::next_of_job(const Event& event) {
  if (jobs_[event.target].submitted) stop(event.target);
  else submit(event.target);
}

void Training::submit(std::size_t job) {
  const std::uint32_t each = scenario_.hardware.server.gpus;
  jobs_[job].submitted = true;
  queue_.set_timer(EventKind::job, job, Smoother::kNever);
  free_.submit(JobId(job), (jobs_[job].gpus + each - 1) / each);
  start_waiting();
}

void Training::start_waiting() {
  while (free_.give_up()) note_ended();
  while (auto start = free_.start()) begin(start->job.index(), std::move(start->servers));
}

void Training::begin(std::size_t index, std::vector<ServerId> servers) {
  Job& job = jobs_[index];
  job.servers = std::move(servers);
  job.started = now();
  for (const ServerId server : job.servers) job_of_server_[server.index()] = static_cast<std::uint32_t>(index);
  build_cohorts(job);
  note_record(job);
  for (std::size_t c = 0; c < job.cohorts.size(); ++c)
    queue_.set_timer(EventKind::cohort, job.first_cohort + c, job.cohorts[c].begin);
  if (job.duration) queue_.set_timer(EventKind::job, index, now() + *job.duration);
}

/// Servers by their start; the last one is a cohort of its own where the job has a part of its GPUs only.
void Training::build_cohorts(Job& job) {
  const std::uint32_t each = scenario_.hardware.server.gpus;
  const std::uint32_t rest = job.gpus % each;
  std::vector<Cohort> cohorts(job.jitter.cohorts + 1);
  for (std::size_t i = 0; i < job.servers.size(); ++i) {
    const std::uint32_t start = job.jitter.cohort_of(scenario_.seed, job.name, static_cast<std::uint32_t>(i));
    const bool is_part = rest > 0 && i + 1 == job.servers.size();
    Cohort& cohort = is_part ? cohorts.back() : cohorts[start];
    cohort.servers.push_back(site_.server(job.servers[i].index()));
    cohort.gpus = is_part ? rest : each;
    cohort.slices.push_back(fleet_.occupy({.server = job.servers[i],
                                           .gpus = static_cast<std::uint16_t>(cohort.gpus),
                                           .occupant = Occupant::cohort,
                                           .number = static_cast<std::uint32_t>(&job - jobs_.data()),
                                           .per_gpu = scenario_.hardware.gpu_power.idle}));
    cohort.begin = now() + job.jitter.delay(start);
  }
  std::erase_if(cohorts, [](const Cohort& cohort) { return cohort.servers.empty(); });
  for (Cohort& cohort : cohorts) {
    const auto follows = [&](NodeId node) { return nodes_.follows(node); };
    cohort.spread = site_.tree().spread_over(cohort.servers, follows);
    std::ranges::copy_if(cohort.servers, std::back_inserter(cohort.followed), follows);
    cohort.inlet = cohort.feed = idle_server_;
    cohort.since = now();
  }
  job.cohorts = std::move(cohorts);
}

void Training::note_recordings(std::vector<GridNode>& nodes) const {
  for (GridNode& node : nodes)
    for (std::size_t i = 0; i < recorded_to_.size(); ++i)
      if (site_.tree().path(NodeId(i)) == node.path) node.recorded_to = recorded_to_[i];
}

/// What is above the servers of a job cannot be known better than the job's record.
void Training::note_record(const Job& job) {
  if (!job.plan->recording()) return;
  const Hertz shown = job.plan->recording()->shown();
  for (const ServerId server : job.servers)
    for (std::optional<NodeId> node = site_.server(server.index()); node; node = site_.tree().parent(*node))
      recorded_to_[node->index()] = std::min(recorded_to_[node->index()], shown);
}

void Training::step_cohort(const Event& event) {
  const std::size_t index = job_of_cohort_[event.target];
  Job& job = jobs_[index];
  const std::size_t number = event.target - job.first_cohort;
  Cohort& cohort = job.cohorts[number];
  if (cohort.state) {
    cohort.state->advance(now());
  } else {
    const HardwareConfig& hardware = scenario_.hardware;
    const JobServer server{&server_power_, cohort.gpus, hardware.server.gpus - cohort.gpus, hardware.gpu_power.idle};
    cohort.state =
        std::make_unique<JobCohort>(job.plan->play(scenario_.seed, job.name, on_cycle(index, number)), clock_, server,
                                    *job.smoothing, limit_of(job), PolicyContext{hardware.gpu.tdp, {}}, now());
    const Seconds warmup = scenario_.grid ? scenario_.grid->warmup : Seconds();
    cohort.count_from = std::max(warmup, now() + job.smoothing->settling());
  }
  if (!cohort.counts && now() >= cohort.count_from) {
    cohort.state->begin_statistics(now());
    cohort.counts = true;
  }
  if (cohort.state->stopped() && !job.stopped) return job.plan->recording() ? end(index) : stop(index);
  book(cohort, cohort.state->inlet(), cohort.state->feed());
  schedule(job, number);
  end_if_quiet(index);
}

/// Notes what reconfigurations make of a job; its cohorts go through the same ones, of which the first is heard.
OnCycle Training::on_cycle(std::size_t job, std::size_t cohort) {
  if (cohort > 0 || jobs_[job].plan->cycles().size() == 1) return {};
  return [this, job](const Cycle& before, const Cycle& next) {
    ++jobs_[job].reconfigurations;
    const std::uint32_t event =
        log_.happened("job_reconfigured", jobs_[job].name,
                      "pruned: an iteration took " + shortest(before.round_time().value()) + " s", now());
    log_.measure(event, "period_s", next.round_time().value());
  };
}

/// Its GPUs want nothing any more; the stages bring what they draw down.
void Training::stop(std::size_t index) {
  Job& job = jobs_[index];
  job.stopped = now();
  queue_.set_timer(EventKind::job, index, Smoother::kNever);
  for (std::size_t c = 0; c < job.cohorts.size(); ++c) {
    Cohort& cohort = job.cohorts[c];
    queue_.set_timer(EventKind::cohort, job.first_cohort + c, Smoother::kNever);
    if (!cohort.state) continue;
    cohort.state->stop(now());
    book(cohort, cohort.state->inlet(), cohort.state->feed());
    schedule(job, c);
  }
  end_if_quiet(index);
}

/// The servers are free when nothing at them changes any more.
void Training::end_if_quiet(std::size_t index) {
  const Job& job = jobs_[index];
  if (job.stopped && std::ranges::all_of(job.cohorts, [](const Cohort& c) { return !c.state || c.state->quiet(); }))
    end(index);
}

void Training::schedule(const Job& job, std::size_t cohort) {
  const Cohort& one = job.cohorts[cohort];
  const Seconds change = one.state->next_change();
  queue_.set_timer(EventKind::cohort, job.first_cohort + cohort,
                   one.counts ? change : std::min(change, one.count_from));
}

/// Also where a measured waveform is over: that is where the record ends, of what followed it says nothing. All cohorts
/// end with the first.
void Training::end(std::size_t index) {
  Job& job = jobs_[index];
  for (std::size_t c = 0; c < job.cohorts.size(); ++c) {
    Cohort& cohort = job.cohorts[c];
    queue_.set_timer(EventKind::cohort, job.first_cohort + c, Smoother::kNever);
    book(cohort, idle_server_, idle_server_);
    count(cohort);
    for (const SliceId slice : cohort.slices) fleet_.vacate(slice);
    job.energy += cohort.inlet_energy * static_cast<double>(cohort.servers.size());
  }
  queue_.set_timer(EventKind::job, index, Smoother::kNever);
  job.cohorts.clear();
  job.heat_limits.clear();
  for (const ServerId server : job.servers) job_of_server_[server.index()] = kNone;
  free_.release(job.servers);
  if (!job.stopped) job.stopped = now();
  note_ended();
  start_waiting();
}

void Training::note_ended() {
  ++ended_;
  if (over()) end_.jobs_are_over();
}

}  // namespace headroom
