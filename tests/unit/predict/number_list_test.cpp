#include "predict/number_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/small_scenario.hpp"

namespace headroom {
namespace {

using test::problem_of;
using testing::ElementsAre;

std::vector<double> numbers(const std::string& text, std::size_t most = 1000) {
  return number_list(text, "--x", most);
}

std::string problem(const std::string& text, std::size_t most = 1000) {
  return problem_of([&] { (void)numbers(text, most); });
}

TEST(NumberList, ReadsNumbers) {
  EXPECT_THAT(numbers("63.86"), ElementsAre(63.86));
  EXPECT_THAT(numbers("1,8,64"), ElementsAre(1, 8, 64));
  EXPECT_THAT(numbers("1e3,-2"), ElementsAre(1000, -2));
}

TEST(NumberList, CountsUpBySteps) {
  EXPECT_THAT(numbers("800:1980:400"), ElementsAre(800, 1200, 1600));
  EXPECT_THAT(numbers("800:1600:400"), ElementsAre(800, 1200, 1600));
  EXPECT_THAT(numbers("0:0.3:0.1"), ElementsAre(0, 0.1, 0.2, 0.3));
  EXPECT_THAT(numbers("63.2:63.9:0.2"), ElementsAre(63.2, 63.4, 63.6, 63.8));
  EXPECT_THAT(numbers("-2:0:1"), ElementsAre(-2, -1, 0));
  EXPECT_THAT(numbers("5:5:1"), ElementsAre(5));
}

TEST(NumberList, MultipliesByFactors) {
  EXPECT_THAT(numbers("1:256:x4"), ElementsAre(1, 4, 16, 64, 256));
  EXPECT_THAT(numbers("1:200:x4"), ElementsAre(1, 4, 16, 64));
  EXPECT_THAT(numbers("10:1000:x10"), ElementsAre(10, 100, 1000));
  EXPECT_THAT(numbers("3:3:x2"), ElementsAre(3));
}

TEST(NumberList, MixesThem) {
  EXPECT_THAT(numbers("1:4:x2,10,20:30:5"), ElementsAre(1, 2, 4, 10, 20, 25, 30));
}

TEST(NumberList, SaysWhatIsWrong) {
  EXPECT_EQ(problem("many"), "--x: \"many\" is not a number");
  EXPECT_EQ(problem("1,2x"), "--x: \"2x\" is not a number");
  EXPECT_EQ(problem("nan"), "--x: \"nan\" is not a number");
  EXPECT_EQ(problem("inf"), "--x: \"inf\" is not a number");
  EXPECT_EQ(problem("1:nan:1"), "--x: \"nan\" is not a number");
  EXPECT_EQ(problem("1e999"), "--x: \"1e999\" is not a number");
  EXPECT_EQ(problem(""), "--x: has an empty entry in \"\"");
  EXPECT_EQ(problem("1,,2"), "--x: has an empty entry in \"1,,2\"");
  const std::string form = " is not a range, which reads from:to:step or from:to:xfactor";
  EXPECT_EQ(problem("1:5"), "--x: \"1:5\"" + form);
  EXPECT_EQ(problem("1:5:"), "--x: \"1:5:\"" + form);
  EXPECT_EQ(problem("1:5:1:1"), "--x: \"1:5:1:1\"" + form);
  EXPECT_EQ(problem("5:1:1"), "--x: \"5:1:1\" begins above its end");
  EXPECT_EQ(problem("1:5:0"), "--x: \"1:5:0\" has a step that is not above 0");
  EXPECT_EQ(problem("1:5:-1"), "--x: \"1:5:-1\" has a step that is not above 0");
  EXPECT_EQ(problem("1:5:x1"), "--x: \"1:5:x1\" has a factor that is not above 1");
  EXPECT_EQ(problem("0:5:x2"), "--x: \"0:5:x2\" multiplies, so it must begin above 0");
}

TEST(NumberList, IsBounded) {
  EXPECT_EQ(numbers("1:1000:1").size(), 1000u);
  EXPECT_EQ(problem("0:1000:1"), "--x: has more than 1,000 numbers in \"0:1000:1\"");
  EXPECT_EQ(problem("1:600:1,1:600:1"), "--x: has more than 1,000 numbers in \"1:600:1,1:600:1\"");
  EXPECT_EQ(problem("0:1:1e-320"), "--x: has more than 1,000 numbers in \"0:1:1e-320\"");
  EXPECT_EQ(problem("1e-300:1e300:x1.0000000000001"),
            "--x: has more than 1,000 numbers in \"1e-300:1e300:x1.0000000000001\"");
}

TEST(WordList, SplitsAtCommas) {
  EXPECT_THAT(word_list("a,b", "--x"), ElementsAre("a", "b"));
  EXPECT_EQ(problem_of([] { (void)word_list("a,", "--x"); }), "--x: has an empty entry in \"a,\"");
}

}  // namespace
}  // namespace headroom
