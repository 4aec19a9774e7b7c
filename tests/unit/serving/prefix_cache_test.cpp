#include "serving/prefix_cache.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <list>
#include <map>
#include <vector>

#include "base/random.hpp"

namespace headroom {
namespace {

/// A list of blocks, the oldest first, and who pins them: what `PrefixCache` must give, the plain way.
class SlowCache {
 public:
  struct Block {
    BlockKey key;
    int pins;
  };

  std::uint64_t pin(const std::vector<BlockKey>& blocks) {
    std::uint64_t newly = 0;
    for (const BlockKey key : blocks) {
      auto block = find(key);
      if (block == blocks_.end()) block = blocks_.insert(blocks_.end(), {key, 0});
      if (block->pins++ == 0) ++newly;
    }
    return newly;
  }
  std::uint64_t unpin(const std::vector<BlockKey>& blocks) {
    std::uint64_t freed = 0;
    for (auto key = blocks.rbegin(); key != blocks.rend(); ++key) {
      const auto block = find(*key);
      if (--block->pins > 0) continue;
      ++freed;
      blocks_.splice(blocks_.end(), blocks_, block);
    }
    return freed;
  }
  std::vector<BlockKey> shrink_to(std::uint64_t unused) {
    std::vector<BlockKey> dropped;
    while (unused_blocks() > unused) {
      const auto oldest = std::ranges::find(blocks_, 0, &Block::pins);
      dropped.push_back(oldest->key);
      blocks_.erase(oldest);
    }
    return dropped;
  }
  std::list<Block>::iterator find(BlockKey key) { return std::ranges::find(blocks_, key, &Block::key); }
  bool has(BlockKey key) { return find(key) != blocks_.end(); }
  std::uint64_t unused_blocks() const {
    return static_cast<std::uint64_t>(std::ranges::count(blocks_, 0, &Block::pins));
  }
  std::uint64_t size() const { return blocks_.size(); }

 private:
  std::list<Block> blocks_;
};

/// A chain of blocks in a small tree of them, so that prompts often begin alike.
std::vector<BlockKey> random_prompt(RandomStream& random) {
  std::vector<BlockKey> prompt;
  BlockKey chain = 1;
  for (auto blocks = random.integer(0, 6); blocks > 0; --blocks)
    prompt.push_back(chain = chain * 4 + random.integer(0, 2));
  return prompt;
}

RC_GTEST_PROP(PrefixCache, GivesTheSameAsAPlainList, ()) {
  const auto seed = *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
  RandomStream random(seed, "prefix cache");
  PrefixCache fast;
  SlowCache plain;
  std::vector<std::vector<BlockKey>> users;
  for (int i = 0; i < 300; ++i) {
    const auto what = random.integer(0, 3);
    if (what <= 1) {
      const auto prompt = random_prompt(random);
      std::size_t found = 0;
      while (found < prompt.size() && plain.has(prompt[found])) ++found;
      RC_ASSERT(fast.find(prompt).blocks == found);
      RC_ASSERT(fast.pin(prompt) == plain.pin(prompt));
      users.push_back(prompt);
    } else if (what == 2 && !users.empty()) {
      const auto user = users.begin() + static_cast<std::ptrdiff_t>(random.integer(0, users.size() - 1));
      RC_ASSERT(fast.unpin(*user) == plain.unpin(*user));
      users.erase(user);
    } else {
      const auto most = random.integer(0, 12);
      const auto dropped = plain.shrink_to(most);
      RC_ASSERT(fast.shrink_to(most) == dropped.size());
      for (const BlockKey key : dropped) RC_ASSERT(fast.find(std::vector{key}).blocks == 0U);
    }
    RC_ASSERT(fast.unused_blocks() == plain.unused_blocks());
    RC_ASSERT(fast.pinned_blocks() + fast.unused_blocks() == plain.size());
    for (const auto& user : users) {  // what is pinned stays, and with it what stands before it
      RC_ASSERT(fast.find(user).blocks == user.size());
      RC_ASSERT(fast.find(user).pinned == user.size());
    }
  }
}

TEST(PrefixCache, DropsTheEndOfAPromptBeforeItsBeginning) {
  PrefixCache cache;
  const std::vector<BlockKey> prompt{1, 2, 3};
  EXPECT_EQ(cache.pin(prompt), 3U);
  EXPECT_EQ(cache.shrink_to(0), 0U) << "all are pinned";
  EXPECT_EQ(cache.unpin(prompt), 3U);
  EXPECT_EQ(cache.shrink_to(2), 1U);
  EXPECT_EQ(cache.find(prompt).blocks, 2U);
  EXPECT_EQ(cache.find(prompt).pinned, 0U);
}

TEST(PrefixCache, DropsWhatWasUsedLeastRecently) {
  PrefixCache cache;
  const std::vector<BlockKey> a{1}, b{2};
  cache.pin(a);
  cache.unpin(a);
  cache.pin(b);
  cache.unpin(b);
  EXPECT_EQ(cache.pin(a), 1U) << "used again";
  cache.unpin(a);
  cache.shrink_to(1);
  EXPECT_EQ(cache.find(a).blocks, 1U);
  EXPECT_EQ(cache.find(b).blocks, 0U);
}

TEST(PrefixCache, HoldsNothingOnceCleared) {
  PrefixCache cache;
  cache.pin(std::vector<BlockKey>{1, 2});
  cache.clear();
  EXPECT_EQ(cache.pinned_blocks() + cache.unused_blocks(), 0U);
  EXPECT_EQ(cache.find(std::vector<BlockKey>{1}).blocks, 0U);
}

}  // namespace
}  // namespace headroom
