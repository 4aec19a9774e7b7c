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
  const std::string text = test::problem_of([&] { (void)read_job_trace(trace_at(path), 64); });
  return text.starts_with(path) ? text.substr(path.size()) : text;
}

TEST(JobTrace, ReadsItsRows) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("t.csv", kJobHeader + "0,8,100,llm\n2.5,64,1e3,vision\n");
  const auto rows = read_job_trace(trace_at(path), 64);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].submit, Seconds(2.5));
  EXPECT_EQ(rows[1].gpus, 64U);
  EXPECT_EQ(rows[1].duration, Seconds(1000.0));
  EXPECT_EQ(rows[1].kind, "vision");
  EXPECT_EQ(rows[1].where, path + ":3");
}

TEST(JobTrace, RefusesBadRows) {
  EXPECT_EQ(job_problem(""), ": the job trace is empty");
  EXPECT_EQ(job_problem(kJobHeader), ": the job trace has no rows");
  EXPECT_EQ(job_problem("a,b\n"), ":1: the header must be submit_s,gpus,duration_s,kind");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,100\n"), ":2: the row does not have four columns");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,,llm\n"), ":2: a value is missing");
  EXPECT_EQ(job_problem(kJobHeader + "0,0,1,llm\n"), ":2: gpus must be a whole number above 0, not 0");
  EXPECT_EQ(job_problem(kJobHeader + "0,1.5,1,llm\n"), ":2: gpus must be a whole number above 0, not 1.5");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,0,llm\n"), ":2: duration_s must be above 0");
  EXPECT_EQ(job_problem(kJobHeader + "-1,8,1,llm\n"), ":2: submit_s is negative");
  EXPECT_EQ(job_problem(kJobHeader + "5,8,1,llm\n4,8,1,llm\n"),
            ":3: the row is earlier than the one before it; rows must be in order of submit_s");
  EXPECT_EQ(job_problem(kJobHeader + "0,72,1,llm\n"), ":2: the job needs 72 GPUs, but the cluster has 64");
  EXPECT_EQ(job_problem(kJobHeader + "0,8,1,lm\n"),
            ":2: no shape is called \"lm\" (there are: llm, vision); did you mean \"llm\"?");
}

}  // namespace
}  // namespace headroom
