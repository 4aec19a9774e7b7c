#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/id.hpp"
#include "scenario/scenario.hpp"
#include "training/job_trace.hpp"
#include "training/waveform_plan.hpp"

namespace headroom {

/// What a job of the scenario plays. Reads its record, if it has one (InputError).
[[nodiscard]] std::shared_ptr<const WaveformPlan> plan_of_job(const Scenario& scenario, std::size_t job,
                                                              Warnings& warnings);
/// The same of a job of the trace.
[[nodiscard]] std::shared_ptr<const WaveformPlan> plan_of_row(const Scenario& scenario, const JobRow& row,
                                                              Warnings& warnings);
/// A job of the trace is called by its kind and its number among all jobs.
[[nodiscard]] std::string traced_name(const JobRow& row, std::size_t number);
/// The jobs of the trace, none of which is called as one of the scenario is (InputError).
[[nodiscard]] std::vector<JobRow> traced_jobs(const Scenario& scenario, Warnings& warnings);

/// Reads the files of a scenario's jobs, as a run does at its begin: measured waveforms and the job trace (InputError).
/// Warns of waveforms that are too coarse for the band of `/grid`.
Warnings read_job_files(const Scenario& scenario);

}  // namespace headroom
