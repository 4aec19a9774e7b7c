#include <gmock/gmock.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/problem.hpp"
#include "study/slurm_command.hpp"
#include "study/slurm_folder.hpp"
#include "study/slurm_queue.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class SlurmFolderTest : public testing::Test {
 protected:
  SlurmFolderTest() : sweep_(fs::path(testing::TempDir()) / ("slurm sweep " + std::to_string(::getpid()))) {
    fs::create_directories(sweep_);
  }
  ~SlurmFolderTest() override { fs::remove_all(sweep_); }

  [[nodiscard]] PointRun run(const std::string& name) const {
    return {name, sweep_ / (name + ".json"), sweep_ / name, sweep_ / (name + ".log")};
  }
  [[nodiscard]] std::string text(const fs::path& path) const {
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
  }

  fs::path sweep_;
};

TEST_F(SlurmFolderTest, RemembersTheArraysThatWereSubmitted) {
  const SlurmFolder folder(sweep_);
  EXPECT_THAT(folder.arrays(), IsEmpty());
  folder.prepare();
  const std::vector<PointRun> first = {run("a"), run("b")}, second = {run("c")};
  folder.record("7", folder.write_list(first));
  folder.record("12", folder.write_list(second));
  const auto arrays = SlurmFolder(sweep_).arrays();
  ASSERT_EQ(arrays.size(), 2U);
  EXPECT_EQ(arrays[0].job, "7");
  EXPECT_THAT(arrays[0].points, ElementsAre("a", "b"));
  EXPECT_EQ(arrays[1].job, "12");
  EXPECT_THAT(arrays[1].points, ElementsAre("c"));
}

TEST_F(SlurmFolderTest, ScriptRunsTheTasksLineOfAList) {
  const SlurmFolder folder(sweep_);
  folder.prepare();
  // Fields as `write_list` has them, with a command whose words a shell would change.
  const fs::path log = sweep_ / "a log";
  std::ofstream(folder.path() / "list") << "first\tno\tfalse\nsecond\t" << log.string()
                                        << "\tprintf\t%s|\ttwo words\t*\t$HOME\n";
  const auto done = run_program({"env", "-C", folder.path().string(), "SLURM_ARRAY_TASK_ID=2", "./job.sh", "list"});
  EXPECT_EQ(done->exit_code, 0) << done->err;
  EXPECT_EQ(text(log), "two words|*|$HOME|");
}

TEST_F(SlurmFolderTest, RefusesAPathThatCannotStandInAList) {
  EXPECT_THROW(SlurmFolder(sweep_ / "tab\tbed").prepare(), InputError);
}

TEST_F(SlurmFolderTest, NotesTheEndOfARunAtTheHeadOfItsLog) {
  std::ofstream(run("a").log) << "interrupted\n";
  for (int repeated = 0; repeated < 2; ++repeated) note_end(run("a"), {"7", 3, "TIMEOUT"});
  EXPECT_EQ(text(run("a").log), "headroom: job 7_3 of Slurm ended without output: TIMEOUT\ninterrupted\n");
}

TEST_F(SlurmFolderTest, LeavesTheLogOfARunThatSaidWhyItFailed) {
  std::ofstream(run("a").log) << "disk full\n";
  note_end(run("a"), {"7", 3, "FAILED"});
  EXPECT_EQ(text(run("a").log), "disk full\n");
  note_end(run("b"), {"7", 4, ""});
  EXPECT_EQ(text(run("b").log), "headroom: job 7_4 of Slurm ended without output\n");
}

TEST(SlurmQueue, KnowsTheStagesOfSlurmsStates) {
  EXPECT_EQ(slurm_stage("PENDING"), SlurmStage::waiting);
  EXPECT_EQ(slurm_stage("REQUEUE_HOLD"), SlurmStage::waiting);
  EXPECT_EQ(slurm_stage("RUNNING"), SlurmStage::running);
  EXPECT_EQ(slurm_stage("COMPLETING"), SlurmStage::running);
  EXPECT_EQ(slurm_stage("COMPLETED"), SlurmStage::ended);
  EXPECT_EQ(slurm_stage("TIMEOUT"), SlurmStage::ended);
}

/// A PATH without any program while it lives.
class WithoutPrograms {
 public:
  WithoutPrograms() { ::setenv("PATH", "/nowhere", 1); }
  ~WithoutPrograms() { ::setenv("PATH", before_.c_str(), 1); }
  WithoutPrograms(const WithoutPrograms&) = delete;
  WithoutPrograms& operator=(const WithoutPrograms&) = delete;

 private:
  std::string before_ = std::getenv("PATH");
};

TEST(SlurmQueue, IsNotAskedWhereNothingWasSubmitted) {
  const WithoutPrograms nowhere;
  EXPECT_THAT(slurm_tasks(SlurmFolder("no/such/sweep")), IsEmpty());
}

TEST(SlurmCommand, SaysWhichOneIsMissing) {
  const WithoutPrograms nowhere;
  try {
    slurm_command({"sbatch", "--version"});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "sbatch is not on the PATH: a sweep on Slurm needs Slurm's commands");
  }
}

TEST(SlurmCommand, RepeatsWhySlurmRefused) {
  EXPECT_EQ(slurm_message({1, "",
                           "sbatch: error: invalid partition specified: nope\n"
                           "sbatch: error: Batch job submission failed: Invalid partition name specified\n"}),
            "Invalid partition name specified");
  EXPECT_EQ(slurm_message({255, "", "sbatch: error: Invalid --time specification\n"}), "Invalid --time specification");
  EXPECT_EQ(slurm_message({9, "", ""}), "ended with exit code 9");
}

}  // namespace
}  // namespace headroom
