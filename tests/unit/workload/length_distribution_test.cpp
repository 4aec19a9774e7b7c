#include "workload/length_distribution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::chosen;
using test::problem_of;
using test::TemporaryFolder;

/// Sorted draws of a distribution.
std::vector<std::uint32_t> draws_of(const LengthDistribution& distribution, int count = 100'000) {
  Warnings warnings;
  const auto sampler = distribution.sampler(warnings);
  RandomStream stream(1, "test");
  std::vector<std::uint32_t> draws;
  for (int i = 0; i < count; ++i) draws.push_back(sampler->sample(stream));
  std::sort(draws.begin(), draws.end());
  return draws;
}

/// Sets the one text, `path`.
class PathSetter : public Fields {
 public:
  explicit PathSetter(std::string path) : path_(std::move(path)) {}

 protected:
  void visit(const Field&, const Slot& slot) override {
    if (const auto* text = std::get_if<TextSlot>(&slot)) text->value = path_;
  }

 private:
  std::string path_;
};

LengthChoice empirical(const std::string& path) {
  LengthChoice choice = chosen(length_kinds(), "empirical", {});
  PathSetter setter(path);
  choice.value->fields(setter);
  return choice;
}

double share_up_to(const std::vector<std::uint32_t>& draws, std::uint32_t tokens) {
  const auto count = std::upper_bound(draws.begin(), draws.end(), tokens) - draws.begin();
  return static_cast<double>(count) / static_cast<double>(draws.size());
}

TEST(LengthDistribution, FixedIsAlwaysTheSame) {
  const auto draws = draws_of(*chosen(length_kinds(), "fixed", {{"tokens", 123}}).value);
  EXPECT_EQ(draws.front(), 123U);
  EXPECT_EQ(draws.back(), 123U);
}

TEST(LengthDistribution, UniformReachesBothBounds) {
  const auto draws = draws_of(*chosen(length_kinds(), "uniform", {{"min_tokens", 5}, {"max_tokens", 9}}).value);
  EXPECT_EQ(draws.front(), 5U);
  EXPECT_EQ(draws.back(), 9U);
  EXPECT_NEAR(share_up_to(draws, 6), 0.4, 0.01);
}

TEST(LengthDistribution, LognormalHasItsMedianAndStaysInBounds) {
  const auto draws =
      draws_of(*chosen(length_kinds(), "lognormal",
                       {{"median_tokens", 1000}, {"sigma", 1.0}, {"min_tokens", 100}, {"max_tokens", 5000}})
                    .value);
  EXPECT_EQ(draws.front(), 100U);
  EXPECT_EQ(draws.back(), 5000U);
  EXPECT_NEAR(draws[draws.size() / 2], 1000.0, 20.0);
  EXPECT_NEAR(share_up_to(draws, 2718), 0.8413, 0.005);  // one deviation: 1000 e
}

TEST(LengthDistribution, EmpiricalMeetsItsPoints) {
  const TemporaryFolder folder;
  const auto choice =
      empirical(folder.write("cdf.csv", "tokens,cumulative_fraction\n10,0.25\n20,0.25\n21,0.75\n30,1\n"));
  const auto draws = draws_of(*choice.value);
  EXPECT_EQ(draws.front(), 1U);
  EXPECT_EQ(draws.back(), 30U);
  EXPECT_NEAR(share_up_to(draws, 5), 0.125, 0.005);
  EXPECT_NEAR(share_up_to(draws, 10), 0.25, 0.005);
  EXPECT_EQ(share_up_to(draws, 10), share_up_to(draws, 20));
  EXPECT_NEAR(share_up_to(draws, 21), 0.75, 0.005);
}

TEST(LengthDistribution, EmpiricalStartsAboveAPointOfFractionZero) {
  const TemporaryFolder folder;
  const auto choice = empirical(folder.write("cdf.csv", "tokens,cumulative_fraction\n100,0\n200,1\n"));
  EXPECT_EQ(draws_of(*choice.value).front(), 101U);
}

TEST(LengthDistribution, SaysWhatIsWrongWithATable) {
  const TemporaryFolder folder;
  const auto problem = [&](const std::string& text) {
    const std::string path = folder.write("cdf.csv", text);
    Warnings warnings;
    return problem_of([&] { (void)empirical(path).value->sampler(warnings); }).substr(path.size());
  };
  const std::string header = "tokens,cumulative_fraction\n";
  EXPECT_EQ(problem(""), ": the table is empty");
  EXPECT_EQ(problem(header), ": the table has no rows");
  EXPECT_EQ(problem("length,share\n"), ": no column is the tokens (tokens); there are: length, share");
  EXPECT_EQ(problem(header + "10\n"), ":2: the row has 1 columns instead of 2");
  EXPECT_EQ(problem(header + "10,a\n"), ":2: \"a\" is not a number");
  EXPECT_EQ(problem(header + "10,nan\n"), ":2: \"nan\" is not a number");
  EXPECT_EQ(problem(header + "10,0.5\n10,1\n"), ":3: tokens must increase from row to row");
  EXPECT_EQ(problem(header + "10,0.5\n20,0.4\n"), ": cumulative_fraction must not fall");
  EXPECT_EQ(problem(header + "10,0.5\n"), ": cumulative_fraction must end at 1");
  EXPECT_EQ(problem(header + "0,0.5\n10,1\n"), ": no length may be 0");
  EXPECT_EQ(problem(header + "10.5,1\n"), ":2: tokens must be whole numbers and cumulative_fraction between 0 and 1");
}

}  // namespace
}  // namespace headroom
