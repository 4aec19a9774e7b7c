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

TEST(GpuMemory, ReservesMoreForAMixtureWhereTheStackDoes) {
  StackProfile stack;
  stack.reserve_bytes = 82;
  Architecture mixture = toy::architecture();
  mixture.experts.experts = 2;
  EXPECT_DOUBLE_EQ(usable_bytes(mixture, toy::gpu(), stack), 900 - 82);
  stack.mixture_reserve_bytes = 100;
  EXPECT_DOUBLE_EQ(usable_bytes(mixture, toy::gpu(), stack), 900 - 100);
  EXPECT_DOUBLE_EQ(usable_bytes(toy::architecture(), toy::gpu(), stack), 900 - 82);
}

TEST(GpuMemory, HoldsWhatVllmHeld) {
  // Llama-3-70B on four A100s: 256 sequences to 2056 tokens in two rounds, about 227 of them at once (models.md, 6).
  Architecture llama3 = real::llama2_70b();
  llama3.vocabulary = 128256;
  llama3.parameters = 70553706496;
  StackProfile stack;
  stack.reserve_bytes = 3 * 0x1p30;
  EXPECT_NEAR(kv_capacity_tokens(llama3, real::a100(), stack, 4) / (227 * 2056), 1.0, 0.03);
}

TEST(GpuMemory, IsNotPositiveWhereWeightsDoNotFit) {
  // 138 GB of weights on one GPU of 86 GB.
  EXPECT_LT(kv_capacity_tokens(real::llama2_70b(), real::a100(), StackProfile{}, 1), 0);
  EXPECT_GT(kv_capacity_tokens(real::llama2_70b(), real::a100(), StackProfile{}, 2), 0);
}

}  // namespace
}  // namespace headroom
