#include "model/gpu_memory.hpp"

#include <gtest/gtest.h>

#include "unit/model/toy.hpp"

namespace headroom {
namespace {

TEST(GpuMemory, LeavesWhatWeightsAndReserveDoNotTake) {
  StackProfile stack;
  stack.memory_fraction = 0.9;
  stack.reserve_bytes = 82;
  // Two GPUs: 2 * (900 - 82) - 736 = 900 bytes, 16 a token for each of two KV heads.
  Architecture two_heads = toy::architecture();
  two_heads.kv_heads = 2;
  EXPECT_DOUBLE_EQ(kv_capacity_tokens(two_heads, toy::gpu(), stack, 2), 900 / 32.0);
  // A single KV head has a copy on each of them.
  EXPECT_DOUBLE_EQ(kv_capacity_tokens(toy::architecture(), toy::gpu(), stack, 2), 900 / 32.0);
}

TEST(GpuMemory, IsNotPositiveWhereWeightsDoNotFit) {
  // 138 GB of weights on one GPU of 86 GB.
  EXPECT_LT(kv_capacity_tokens(real::llama2_70b(), real::a100(), StackProfile{}, 1), 0);
  EXPECT_GT(kv_capacity_tokens(real::llama2_70b(), real::a100(), StackProfile{}, 2), 0);
}

}  // namespace
}  // namespace headroom
