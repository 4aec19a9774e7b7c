#include "workload/shared_prefixes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace headroom {
namespace {

Request prompt_of(std::uint64_t id, std::uint32_t tokens) {
  Request request;
  request.id = id;
  request.input_tokens = tokens;
  return request;
}

std::size_t common(const std::vector<BlockKey>& a, const std::vector<BlockKey>& b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::vector<BlockKey> draw(SharedPrefixes& prefixes, RandomStream& stream, std::uint64_t id, std::uint32_t tokens) {
  std::vector<BlockKey> blocks;
  prefixes.draw(stream, prompt_of(id, tokens), blocks);
  return blocks;
}

TEST(SharedPrefixes, GivesAPromptOneBlockForEachStretchOfTokens) {
  SharedPrefixes prefixes({}, 16, 1);
  RandomStream stream(1, "prefix");
  EXPECT_EQ(draw(prefixes, stream, 0, 1).size(), 1U);
  EXPECT_EQ(draw(prefixes, stream, 1, 16).size(), 1U);
  EXPECT_EQ(draw(prefixes, stream, 2, 17).size(), 2U);
}

TEST(SharedPrefixes, HasThePromptsOfAGroupBeginAlike) {
  SharedPrefixes prefixes({{40, 1, {}}}, 16, 1);
  RandomStream stream(1, "prefix");
  const auto a = draw(prefixes, stream, 0, 100), b = draw(prefixes, stream, 1, 100);
  EXPECT_EQ(common(a, b), 2U) << "the third block holds tokens of their own";
  EXPECT_EQ(common(a, draw(prefixes, stream, 2, 32)), 2U);
  SharedPrefixes others({{40, 1, {}}}, 16, 2);
  EXPECT_EQ(common(a, draw(others, stream, 0, 100)), 0U) << "of another class";
}

TEST(SharedPrefixes, NestsGroups) {
  SharedPrefixes prefixes({{32, 2, {}}, {32, 3, {}}}, 16, 1);
  RandomStream stream(1, "prefix");
  std::set<BlockKey> outer, inner;
  for (std::uint64_t id = 0; id < 200; ++id) {
    const auto blocks = draw(prefixes, stream, id, 80);
    outer.insert(blocks[0]);
    inner.insert(blocks[3]);
  }
  EXPECT_EQ(outer.size(), 2U);
  EXPECT_EQ(inner.size(), 6U);
}

TEST(SharedPrefixes, ReplacesAGroupThatHasHadItsRequests) {
  SharedPrefixes prefixes({{32, 1, 3}}, 16, 1);
  RandomStream stream(1, "prefix");
  std::vector<BlockKey> first;
  for (std::uint64_t id = 0; id < 7; ++id) first.push_back(draw(prefixes, stream, id, 40)[0]);
  EXPECT_EQ(first[0], first[2]);
  EXPECT_NE(first[2], first[3]);
  EXPECT_EQ(first[3], first[5]);
  EXPECT_NE(first[5], first[6]);
}

TEST(SharedPrefixes, CountsGroupsOfAllLevels) {
  EXPECT_FALSE(has_too_many_groups({{1, 1000, {}}, {1, 1000, {}}}));
  EXPECT_TRUE(has_too_many_groups({{1, 1000, {}}, {1, 1001, {}}}));
}

}  // namespace
}  // namespace headroom
