#include "training/job_trace.hpp"

#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

const std::string kJobHeader = "submit_s,gpus,duration_s,kind\n";

JobTraceConfig trace_at(const std::string& path) {
  JobTraceConfig config;
  config.path = path;
  config.shapes["llm"];
  config.shapes["vision"];
  return config;
}

std::string job_problem(const std::string& content) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("t.csv", content);
  Warnings warnings;
  const std::string text =
      test::problem_of([&] { (void)read_job_trace(trace_at(path), 64, "/workload/job_trace", warnings); });
  return text.starts_with(path) ? text.substr(path.size()) : text;
}

TEST(JobTrace, ReadsItsRows) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("t.csv", kJobHeader + "0,8,100,llm\n2.5,64,1e3,vision\n");
  Warnings warnings;
  const auto rows = read_job_trace(trace_at(path), 64, "/workload/job_trace", warnings);
  EXPECT_TRUE(warnings.empty());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].submit, Seconds(2.5));
  EXPECT_EQ(rows[1].gpus, 64U);
  EXPECT_EQ(rows[1].duration, Seconds(1000.0));
  EXPECT_EQ(rows[1].kind, "vision");
  EXPECT_EQ(rows[1].where, path + ":3");
}

TEST(JobTrace, RefusesBadRows) {
  EXPECT_EQ(job_problem(""), ": the job trace is empty");
  EXPECT_EQ(job_problem(kJobHeader), ": the job trace has no jobs");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,,llm\n"), ":2: a value is missing");
  EXPECT_EQ(job_problem(kJobHeader + "0,0,1,llm\n"),
            ":2: gpus must be above 0; failed_rows \"skip\" leaves such jobs out");
  EXPECT_EQ(job_problem(kJobHeader + "0,1.5,1,llm\n"), ":2: gpus is not a whole number: \"1.5\"");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,0,llm\n"),
            ":2: duration_s must be above 0; failed_rows \"skip\" leaves such jobs out");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,1e-300,llm\n"), ":2: the duration is below 1e-6 s");
  EXPECT_EQ(job_problem("submit_s,gpus,duration_ms,kind\n0,8,9e-4,llm\n"), ":2: the duration is below 1e-6 s");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,1e-6,llm\n"), "");
  EXPECT_EQ(job_problem(kJobHeader + "-1,8,1,llm\n"), ":2: submit_s is negative");
  EXPECT_EQ(job_problem(kJobHeader + "5,8,1,llm\n4,8,1,llm\n"), "");
  EXPECT_EQ(job_problem(kJobHeader + "5,8,1,llm\n3,8,1,llm\n"),
            ":3: the row is earlier than one before it, by 2 s, more than late_s");
  EXPECT_EQ(job_problem(kJobHeader + "0,72,1,llm\n"), ":2: the job needs 72 GPUs, but the cluster has 64");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,1,lm\n"),
            ":2: no shape is called \"lm\" (there are: llm, vision); did you mean \"llm\"?");
}

/// GPUs of the jobs of two files, and what is warned of.
std::string jobs_of(const std::string& first, const std::string& second, const std::string& extension) {
  const test::TemporaryFolder folder;
  JobTraceConfig config;
  config.paths = {folder.write("a" + extension, first), folder.write("b" + extension, second)};
  config.shapes["llm"];
  config.gpus_per_processor = 1;
  config.running_jobs = RunningJobs::cut;
  Warnings warnings;
  std::string text;
  for (const JobRow& row : read_job_trace(config, 64, "/workload/job_trace", warnings))
    text += std::to_string(row.gpus) + '*' + std::to_string(static_cast<int>(row.duration.value())) + ' ';
  for (const Warning& warning : warnings) text += '[' + warning.what + ']';
  return text;
}

TEST(JobTrace, CountsAJobOnceThatOverlappingExportsBothHave) {
  const std::string header = "JobID|Submit|Elapsed|AllocTRES|State\n";
  const std::string seven = "7|2026-11-20T10:00:00|01:00:00|gres/gpu=8|COMPLETED\n";
  EXPECT_EQ(
      jobs_of(header + seven, header + seven + seven + "7|2026-11-20T12:00:00|00:00:10|gres/gpu=4|COMPLETED\n", ".txt"),
      "8*3600 4*10 [2 rows left out that say a job again (the same id and submission)]");
  EXPECT_EQ(jobs_of(header + "7|2026-11-20T10:00:00|00:20:00|gres/gpu=8|RUNNING\n", header + seven, ".txt"),
            "8*3600 [1 row left out that say a job again (the same id and submission)]");
}

TEST(JobTrace, LeavesPartsOfJobsOut) {
  const std::string rest = " -1 -1 8 7200 -1 ", end = " 1 1 1 1 1 -1 -1\n";
  EXPECT_EQ(jobs_of("1 0 5 3600 8" + rest + "1" + end + "1 0 5 1600 8" + rest + "2" + end,
                    "1 0 5 2000 8" + rest + "3" + end + "2 9 5 60 4" + rest + "0" + end, ".swf"),
            "8*3600 4*60 [2 rows of a part of a job (status 2 to 4) left out]");
}

TEST(JobTrace, TakesEqualTasksOfAJobForTasks) {
  const std::string header = "job_id,task_id,submit_s,gpus,duration_s\n";
  const std::string text = jobs_of(header + "j,0,0,4,60\nj,1,0,4,60\n", header + "j,1,0,4,60\n", ".csv");
  EXPECT_EQ(text.substr(0, 10), "4*60 4*60 ");
}

/// What is warned of in jobs with dates.
std::string doubts_of(const std::string& content) {
  const test::TemporaryFolder folder;
  JobTraceConfig config;
  config.path = folder.write("t.csv", content);
  config.shapes["llm"];
  Warnings warnings;
  (void)read_job_trace(config, 64, "/workload/job_trace", warnings);
  std::string text;
  for (const Warning& warning : warnings) text += warning.where + ": " + warning.what + "; ";
  return text;
}

TEST(JobTrace, WarnsOfDurationsInDoubt) {
  const std::string dates = "2026-11-20 08:00:00,8,2026-11-20 09:00:00,2026-11-20 10:00:00,";
  const std::string header = "submit_time,gpu_num,start_time,end_time,";
  EXPECT_EQ(doubts_of(header + "duration\n" + dates + "7200\n" + dates + "3600\n" + dates + "3000\n"),
            "t.csv: 2 durations of column \"duration\" used, though end - start says otherwise, by up to 3600 s; ");
  EXPECT_EQ(doubts_of(header + "duration_min\n" + dates + "60\n" + dates + "59.5\n"), "");
  EXPECT_EQ(doubts_of("submit_time,gpus,duration\n2026-11-20 08:00:00,8,60\n"),
            "t.csv: the durations of column \"duration\" say no unit: taken for seconds; ");
  EXPECT_EQ(doubts_of("submit_time,gpus,duration\n2026-11-20 08:00:00,8,01:00:00\n"), "");
  EXPECT_EQ(doubts_of("submit_time,gpus,duration_s\n2026-11-20 08:00:00,8,60\n"), "");
}

/// One shape, so that no column has to say the kind.
JobTraceConfig one_shape(const std::string& path) {
  JobTraceConfig config;
  config.path = path;
  config.shapes["train"];
  return config;
}

struct ReadJobs {
  std::vector<JobRow> rows;
  Warnings warnings;
};
ReadJobs read_jobs(const JobTraceConfig& config) {
  ReadJobs read;
  read.rows = read_job_trace(config, 64, "/workload/job_trace", read.warnings);
  return read;
}

/// What reading the trace says, without the folder.
std::string refusal_of(const JobTraceConfig& config) {
  const std::string text = test::problem_of([&] { (void)read_jobs(config); });
  return text.starts_with(config.path) ? text.substr(config.path.size()) : text;
}

const std::string kSacct = "JobID|Submit|Start|End|Elapsed|AllocTRES|State\n";
const std::string kFirst =
    "101|2026-11-20T08:00:00|x|2026-11-20T10:05:00|02:00:00|cpu=64,gres/gpu=8,mem=900G|COMPLETED\n";

TEST(JobTrace, ReadsSacct) {
  const test::TemporaryFolder folder;
  const auto path = folder.write(
      "sacct.txt", kSacct + kFirst + "101.batch|2026-11-20T08:05:00|x|x|02:00:00|cpu=64,gres/gpu=8|COMPLETED\n" +
                       "102|2026-11-20T08:01:00|x|x|1-01:00:00|gres/gpu:h100=16,gres/gpu=16,node=2|COMPLETED\n" +
                       "103|2026-11-20T08:02:00|x|x|00:00:00|gres/gpu=8|CANCELLED by 1000\n" +
                       "104|2026-11-20T08:03:00|x|x|00:10:00|cpu=8|COMPLETED\n" +
                       "105|2026-11-20T08:04:00|x|x|00:10:00|gres/gpu:a=2,gres/gpu:b=3|TIMEOUT\n");
  const auto [rows, warnings] = read_jobs(one_shape(path));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].submit, Seconds(0.0));
  EXPECT_EQ(rows[1].submit, Seconds(60.0));
  EXPECT_EQ(rows[1].gpus, 16U);
  EXPECT_EQ(rows[1].duration, Seconds(90'000.0));
  EXPECT_EQ(rows[2].gpus, 5U);
  EXPECT_EQ(rows[2].kind, "train");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].what, "2 jobs of 0 s or without GPUs left out");
}

TEST(JobTrace, CutsJobsThatStillRanWhereAsked) {
  const test::TemporaryFolder folder;
  auto config = one_shape(
      folder.write("sacct.txt", kSacct + kFirst + "102|2026-11-20T08:01:00|x|Unknown|00:10:00|gres/gpu=8|RUNNING\n"));
  EXPECT_EQ(refusal_of(config), ":3: the job had not ended: leave it out, or set running_jobs to \"cut\"");
  config.running_jobs = RunningJobs::cut;
  const auto [rows, warnings] = read_jobs(config);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].duration, Seconds(600.0));
  EXPECT_EQ(warnings.size(), 1U);
}

TEST(JobTrace, SkipsFailedRowsWhereAsked) {
  const test::TemporaryFolder folder;
  auto config = one_shape(folder.write("t.csv", "submit_s,gpus,duration_s\n0,8,7200\n60,16,90000\n120,8,0\n"));
  EXPECT_EQ(refusal_of(config), ":4: duration_s must be above 0; failed_rows \"skip\" leaves such jobs out");
  config.failed_rows = FailedRows::skip;
  EXPECT_EQ(read_jobs(config).rows.size(), 2U);
}

TEST(JobTrace, ReadsTheStandardWorkloadFormat) {
  const test::TemporaryFolder folder;
  auto config = one_shape(folder.write("log.swf",
                                       "; MaxProcs: 256\n1 0 5 3600 8 -1 -1 8 7200 -1 1 1 1 -1 1 1 -1 -1\n"
                                       "2 60 -1 -1 -1 -1 -1 4 600 -1 5 2 1 -1 1 1 -1 -1\n"
                                       "3 70 0 60 -1 -1 -1 5 600 -1 1 2 1 -1 1 1 -1 -1\n"));
  EXPECT_NE(refusal_of(config).find("gpus_per_processor"), std::string::npos);
  config.gpus_per_processor = 0.5;
  const auto [rows, warnings] = read_jobs(config);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].gpus, 4U);
  EXPECT_EQ(rows[1].gpus, 3U);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].what, "1 job of 0 s or without GPUs left out");
}

TEST(JobTrace, GoesByTheNamesOfColumnsAndTheWindow) {
  const test::TemporaryFolder folder;
  auto config = one_shape(folder.write("t.csv",
                                       "owner,length_h,n,when\nu,1,8,2020-05-04 09:00:00\nu,2,8,2020-05-04 10:00:00\n"
                                       "u,1,8,2020-05-04 11:00:00\n"));
  config.columns = {"when", "n", "length_h", ""};
  config.window.from.text = "3600";
  config.window.until.text = "\"2020-05-04 11:00:00\"";
  const auto [rows, warnings] = read_jobs(config);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].submit, Seconds(0.0));
  EXPECT_EQ(rows[0].duration, Seconds(7200.0));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].what, "not used: owner");
}

TEST(JobTrace, ReadsSeveralFilesOnOneClock) {
  const test::TemporaryFolder folder;
  JobTraceConfig config = one_shape("");
  config.paths = {folder.write("a.csv", "submit_time,gpu_num,duration_s\n2020-05-04 09:00:00,8,10\n"),
                  folder.write("b.csv", "submit_time,gpu_num,duration_s\n2020-05-04 09:01:00,8,10\n")};
  EXPECT_EQ(read_jobs(config).rows.at(1).submit, Seconds(60.0));
}

}  // namespace
}  // namespace headroom
