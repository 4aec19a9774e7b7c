#include "trace/prompt_blocks.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/block_lists.hpp"
#include "support/workload_fixtures.hpp"
#include "trace/unlimited_cache.hpp"

namespace headroom {
namespace {

std::vector<BlockKey> blocks_read(std::string_view ids) {
  std::vector<BlockKey> blocks{99};
  read_blocks(ids, blocks);
  return blocks;
}

TEST(PromptBlocks, AreEqualWhereAllIdsUpToThemAre) {
  const auto a = blocks_read("[1, 2, 3]"), b = blocks_read("[1,2,\n4]"), c = blocks_read("[5, 2, 3]");
  ASSERT_EQ(a.size(), 3U);
  ASSERT_EQ(b.size(), 3U);
  EXPECT_EQ(a[0], b[0]);
  EXPECT_EQ(a[1], b[1]);
  EXPECT_NE(a[2], b[2]);
  EXPECT_NE(a[1], c[1]) << "the same id behind another beginning";
  EXPECT_TRUE(blocks_read("[]").empty());
}

TEST(UnlimitedCache, HitsFullBlocksOfEarlierPromptsAndLeavesAToken) {
  UnlimitedCache cache(10);
  cache.add(25, std::vector<BlockKey>{1, 2, 3});
  EXPECT_EQ(cache.hit_tokens(), 0U);
  cache.add(25, std::vector<BlockKey>{1, 2, 3});
  EXPECT_EQ(cache.hit_tokens(), 20U) << "the third is not full";
  cache.add(20, std::vector<BlockKey>{1, 2});
  EXPECT_EQ(cache.hit_tokens(), 30U) << "the last block is read again";
  cache.add(30, std::vector<BlockKey>{1, 2, 3});
  EXPECT_EQ(cache.hit_tokens(), 50U);
  cache.add(31, std::vector<BlockKey>{1, 2, 3, 4});
  EXPECT_EQ(cache.hit_tokens(), 80U) << "now it was full";
}

TEST(BlockLists, GivesThePlaceOfADroppedListToTheNext) {
  BlockLists lists;
  EXPECT_EQ(lists.add({}), 0U);
  EXPECT_TRUE(lists[0].empty());
  const auto first = lists.add(std::vector<BlockKey>{1, 2});
  const auto second = lists.add(std::vector<BlockKey>{3});
  lists.drop(first);
  lists.drop(0);
  EXPECT_EQ(lists.add(std::vector<BlockKey>{4}), first);
  EXPECT_EQ(lists[first][0], 4U);
  EXPECT_EQ(lists[second][0], 3U);
}

TEST(TraceReader, GivesTheBlocksOfARowToWhoWantsThem) {
  const test::TemporaryFolder folder;
  TraceConfig config;
  config.path = folder.write("t.jsonl",
                             "{\"timestamp\": 0, \"input_length\": 600, \"output_length\": 1, \"hash_ids\": [1, 2]}\n"
                             "{\"timestamp\": 5, \"input_length\": 500, \"output_length\": 1, \"hash_ids\": [1]}\n");
  for (const PromptBlocks wanted : {PromptBlocks::unused, PromptBlocks::where_told, PromptBlocks::needed}) {
    const auto reader = open_trace(config, "/workload/trace", 1, wanted);
    TraceRow row;
    ASSERT_TRUE(reader->next(row));
    EXPECT_EQ(reader->block_tokens(), 512U);
    EXPECT_EQ(reader->blocks(row.blocks).size(), wanted == PromptBlocks::unused ? 0U : 2U);
    reader->drop_blocks(row.blocks);
    ASSERT_TRUE(reader->next(row));
    EXPECT_EQ(reader->blocks(row.blocks).size(), wanted == PromptBlocks::unused ? 0U : 1U);
  }
}

}  // namespace
}  // namespace headroom
