#include "workflow/chains.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace headroom {
namespace {

TEST(Chains, HaveTheMeanAndSpreadThatTheyAreToldTo) {
  const ChainsConfig config;
  double sum = 0, squares = 0;
  constexpr std::uint32_t kChains = 20000;
  for (std::uint32_t i = 0; i < kChains; ++i) {
    const double tokens = Chain(config, 8000, i, 7).tokens();
    sum += tokens;
    squares += tokens * tokens;
  }
  const double mean = sum / kChains;
  EXPECT_NEAR(mean, 8000, 100);
  EXPECT_NEAR(std::sqrt(squares / kChains - mean * mean) / mean, 0.6, 0.02);
}

TEST(Chains, AreOfThoughtsNoneOfThemTooShort) {
  const ChainsConfig config;
  Chain chain(config, 1e6, 0, 3);
  std::uint32_t last = 0;
  while (chain.think()) {
    EXPECT_GE(chain.thought_end() - last, 25U);
    last = chain.thought_end();
  }
  EXPECT_LT(last, chain.tokens());
  EXPECT_NEAR(static_cast<double>(last) / (chain.thought().number - 1), 60, 3);
}

TEST(Chains, TakeTheLengthsOfAListInTurn) {
  ChainsConfig config;
  config.lengths = {100, 200};
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(Chain(config, 8000, i, 1).tokens(), i % 2 == 0 ? 100U : 200U);
}

TEST(Chains, TheMostVotesWinAndTheFirstAmongEquals) {
  EXPECT_EQ(vote(std::array<std::uint32_t, 5>{3, 0, 2, 0, 3}), 3U);
  EXPECT_EQ(vote(std::array<std::uint32_t, 4>{1, 2, 2, 0}), 2U);
  EXPECT_EQ(vote(std::array<std::uint32_t, 1>{4}), 4U);
}

}  // namespace
}  // namespace headroom
