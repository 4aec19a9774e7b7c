#include "headroom/winner_tree.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace headroom {
namespace {

TEST(WinnerTree, OfNothingHasNothingToChoose) {
  EXPECT_EQ(WinnerTree<double>(0, 1.0).least().key, WinnerTree<double>::kNever);
}

TEST(WinnerTree, OfOneThingIsThatThing) {
  WinnerTree<int> tree(1, 0);
  tree.update(0, 17);
  EXPECT_EQ(tree.least(), (WinnerTree<int>::Entry{17, 0}));
}

TEST(WinnerTree, BeginsWithTheFirst) {
  EXPECT_EQ(WinnerTree<int>(5, 3).least(), (WinnerTree<int>::Entry{3, 0}));
}

TEST(WinnerTree, GivesTheFirstWhereNothingIsToBeChosen) {
  WinnerTree<double> tree(3, 1.0);
  for (std::size_t i = 0; i < tree.size(); ++i) tree.update(i, WinnerTree<double>::kNever);
  EXPECT_EQ(tree.least().position, 0U);
}

RC_GTEST_PROP(WinnerTreeProperty, FindsTheFirstOfTheLeast, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 70);
  WinnerTree<int> tree(n, 0);
  std::vector<int> keys(n, 0);
  const auto updates = *rc::gen::container<std::vector<std::pair<std::size_t, int>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, n), rc::gen::inRange(0, 20)));
  for (const auto& [position, key] : updates) {
    tree.update(position, key);
    keys[position] = key;
    const auto least = std::ranges::min_element(keys);
    RC_ASSERT(tree.least() == (WinnerTree<int>::Entry{*least, static_cast<std::uint32_t>(least - keys.begin())}));
  }
}

/// Against a walk around all keys.
RC_GTEST_PROP(WinnerTreeProperty, FindsTheNextOfTheLeast, ()) {
  const auto keys = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4)));
  const auto from = *rc::gen::inRange<std::size_t>(0, keys.size() + 1);
  WinnerTree<int> tree(keys.size(), 9);
  for (std::size_t i = 0; i < keys.size(); ++i) tree.update(i, keys[i]);
  std::size_t next = from % keys.size();
  while (keys[next] != *std::ranges::min_element(keys)) next = (next + 1) % keys.size();
  RC_ASSERT(tree.least_from(from) == next);
}

TEST(WinnerTree, OfOneThingHasNoOther) {
  EXPECT_EQ(WinnerTree<int>(1, 3).second(), 0U);
  EXPECT_EQ(WinnerTree<double>().second(), 0U);
}

RC_GTEST_PROP(WinnerTreeProperty, FindsTheLeastOfTheOthers, ()) {
  const auto keys = *rc::gen::suchThat<std::vector<int>>(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20)),
                                                         [](const auto& some) { return some.size() > 1; });
  WinnerTree<int> tree(keys.size(), 30);
  for (std::size_t i = 0; i < keys.size(); ++i) tree.update(i, keys[i]);
  auto sorted = keys;
  std::ranges::sort(sorted);
  RC_ASSERT(tree.second() != tree.least().position);
  RC_ASSERT(keys.at(tree.second()) == sorted[1]);
}

}  // namespace
}  // namespace headroom
