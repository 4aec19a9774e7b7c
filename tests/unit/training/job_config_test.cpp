#include "training/job_config.hpp"

#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/reader.hpp"
#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

using test::problem_of;

/// A list of jobs as a scenario has it.
struct Jobs {
  std::vector<JobConfig> jobs;
  void fields(Fields& f) { f("jobs", jobs, "the jobs"); }
};

/// Reads a document with that job; `problem` gets what is wrong with it, each on a line, without the file.
Jobs read_job(const std::string& job, std::string* problem = nullptr) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("s.json", "{\"jobs\": [" + job + "]}");
  const ConfigFolders folders({"configs"});
  Jobs jobs;
  std::string text = problem_of([&] {
    const Document document(path, folders);
    read_config(document, jobs);
    std::vector<Problem> problems;
    for (std::size_t i = 0; i < jobs.jobs.size(); ++i)
      jobs.jobs[i].shape.waveform.check_on(jobs.jobs[i].gpus, test::training_gpu(),
                                           Scope(problems).at("jobs").at(i).at("waveform"));
    if (!problems.empty()) throw InputError(std::move(problems));
  });
  for (auto at = text.find(path); at != std::string::npos; at = text.find(path)) text.erase(at, path.size() + 2);
  if (problem) *problem = text;
  else EXPECT_EQ(text, "");
  return jobs;
}

std::string problem_of_job(const std::string& job) {
  std::string problem;
  read_job(job, &problem);
  return problem;
}

std::string with_waveform(const std::string& waveform) {
  return R"({"name": "a", "gpus": 8, "waveform": {)" + waveform + "}}";
}

const std::string kPhases = R"("phases": [{"kind": "compute", "duration_s": 1, "power_fraction": 1}])";

TEST(JobConfig, ReadsAllOfAJob) {
  const auto jobs = read_job(R"({"name": "a", "gpus": 16, "start_s": 5, "duration_s": 60,
    "waveform": {"phases": [{"kind": "compute", "duration_s": 1, "power_w": 700},
                            {"kind": "idle", "duration_s": 0.5, "power_fraction": 0.2}],
                 "dips": {"count": 2, "width_s": 0.01, "depth_fraction": 0.5}, "overshoot": {},
                 "edge": {"time_constant_s": 0.002},
                 "checkpoint": {"period_s": 600, "duration_s": 20, "power_fraction": 0.3}},
    "start_jitter": {"spread_s": 0.005, "cohorts": 4},
    "failures": {"mean_time_between_failures_s": 10000, "restart_s": 300}})");
  const JobConfig& job = jobs.jobs.at(0);
  EXPECT_EQ(job.gpus, 16U);
  EXPECT_EQ(job.duration, Seconds(60.0));
  EXPECT_EQ(job.shape.waveform.phases.at(1).kind, PhaseKind::idle);
  EXPECT_EQ(job.shape.waveform.overshoot->ratio, 1.1);
  EXPECT_EQ(job.shape.start_jitter.cohorts, 4U);
  EXPECT_EQ(job.shape.failures->restart, Seconds(300.0));
}

TEST(JobConfig, NamesAShippedWaveform) {
  for (const auto& [name, trough] :
       std::map<std::string, double>{{"roberta", 0.75}, {"gpt_neox_20b", 0.5}, {"flan_t5_xxl", 0.2}}) {
    const auto jobs = read_job(R"({"name": "a", "gpus": 8, "waveform": ")" + name + "\"}");
    const auto steps = test::steps_of(jobs.jobs.at(0).shape, 2);
    EXPECT_EQ(jobs.jobs.at(0).shape.waveform.name, name);
    EXPECT_EQ(steps[0].power, Power(1000.0));
    EXPECT_EQ(steps[1].power, Power(1000.0 * trough));
  }
}

TEST(JobConfig, WantsExactlyOneWaveform) {
  const std::string one_of = "/jobs/0/waveform: must have exactly one of path, phases, training and convolution";
  EXPECT_EQ(problem_of_job(with_waveform("")), one_of);
  EXPECT_EQ(problem_of_job(with_waveform(kPhases + R"(, "path": "w.csv")")), one_of);
  EXPECT_TRUE(problem_of_job(R"({"name": "a", "gpus": 8})").starts_with("/jobs/0/waveform: missing"));
}

TEST(JobConfig, RefusesNumbersOfZeroAndBelow) {
  EXPECT_EQ(problem_of_job(R"({"name": "a", "gpus": 0, "waveform": "roberta"})"),
            "/jobs/0/gpus: must be at least 1 and at most 100000000, not 0");
  EXPECT_EQ(problem_of_job(R"({"name": "a", "gpus": 8, "duration_s": 0, "waveform": "roberta"})"),
            "/jobs/0/duration_s: must be at least 1e-06 and at most 1000000000, not 0");
  EXPECT_EQ(problem_of_job(with_waveform(R"("phases": [{"kind": "compute", "duration_s": -1, "power_fraction": 1}])")),
            "/jobs/0/waveform/phases/0/duration_s: must be at least 1e-06 and at most 1000000000, not -1");
  EXPECT_EQ(problem_of_job(with_waveform(R"("phases": [{"kind": "compute", "duration_s": 1, "power_w": -1}])")),
            "/jobs/0/waveform/phases/0/power_w: must be at least 0 and at most 1000000000, not -1");
  EXPECT_EQ(problem_of_job(with_waveform(kPhases + R"(, "dips": {"count": 0, "width_s": 1, "depth_fraction": 1})")),
            "/jobs/0/waveform/dips/count: must be at least 1 and at most 1000000, not 0");
}

TEST(JobConfig, RefusesWhatDoesNotGoTogether) {
  EXPECT_EQ(problem_of_job(with_waveform(R"("path": "w.csv", "overshoot": {})")),
            "/jobs/0/waveform/overshoot: does not go with path: a measured waveform stays as it is");
  EXPECT_EQ(problem_of_job(with_waveform(kPhases + R"(, "longest_step_s": 1)")),
            "/jobs/0/waveform/longest_step_s: goes with path only");
  EXPECT_EQ(problem_of_job(with_waveform(R"("phases": [{"kind": "idle", "duration_s": 1}])")),
            "/jobs/0/waveform/phases/0: must have either power_w or power_fraction");
  EXPECT_EQ(problem_of_job(with_waveform(kPhases + R"(, "dips": {"count": 4, "width_s": 0.25, "depth_fraction": 1})")),
            "/jobs/0/waveform/dips: 4 dips of 0.25 s do not fit into a compute phase of 1 s with "
            "0.000001 s between them");
}

TEST(JobConfig, RefusesPhasesTooShortToResolve) {
  EXPECT_EQ(problem_of_job(with_waveform(R"("phases": [{"kind": "idle", "duration_s": 1e-9, "power_w": 1}])")),
            "/jobs/0/waveform/phases/0/duration_s: must be at least 1e-06 and at most 1000000000, not 1e-09");
}

TEST(JobConfig, WantsAName) {
  EXPECT_EQ(problem_of_job(R"({"name": "", "gpus": 8, "waveform": "roberta"})"), "/jobs/0/name: must not be empty");
}

}  // namespace
}  // namespace headroom
