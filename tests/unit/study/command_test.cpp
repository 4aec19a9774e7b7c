#include "study/command.hpp"

#include <gmock/gmock.h>

namespace headroom {
namespace {

using testing::SizeIs;

TEST(Command, GivesWhatTheProgramSaysAndItsExitCode) {
  const auto result = run_program({"sh", "-c", "echo said; echo wrong >&2; exit 3"});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "said\n");
  EXPECT_EQ(result->err, "wrong\n");
  EXPECT_EQ(result->exit_code, 3);
}

TEST(Command, PassesWordsAsTheyAre) {
  EXPECT_EQ(run_program({"printf", "%s|", "two words", "$HOME", "'\"", ""})->out, "two words|$HOME|'\"||");
}

TEST(Command, IsNothingWithoutSuchAProgram) {
  EXPECT_FALSE(run_program({"headroom-no-such-program"}));
}

TEST(Command, TakesMoreThanAPipeHolds) {
  const auto result = run_program({"sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"});
  EXPECT_THAT(result->out, SizeIs(300000));
  EXPECT_THAT(result->err, SizeIs(300000));
}

TEST(Command, CountsASignalFrom128) {
  EXPECT_EQ(run_program({"sh", "-c", "kill -9 $$"})->exit_code, 128 + 9);
}

}  // namespace
}  // namespace headroom
