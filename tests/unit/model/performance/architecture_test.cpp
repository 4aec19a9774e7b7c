#include "model/performance/architecture.hpp"

#include <gtest/gtest.h>

#include "unit/model/toy.hpp"

namespace headroom {
namespace {

TEST(Architecture, CountsWhatATokenMultiplies) {
  const Architecture a = toy::architecture();
  // A layer: attention 2 * 4 * (2 * 2 + 1 * 2) = 48, feed-forward 3 * 4 * 8 = 96. Two layers: 288.
  EXPECT_DOUBLE_EQ(a.layer_parameters(), 288);
  EXPECT_DOUBLE_EQ(a.flops_per_token(), 576);
  EXPECT_DOUBLE_EQ(a.flops_per_sampled_token(), 2 * 4 * 10);
  EXPECT_DOUBLE_EQ(a.attention_flops_per_pair(), 4 * 2 * 2 * 2);
  EXPECT_DOUBLE_EQ(a.kv_bytes_per_token(), 2 * 1 * 2 * 2 * 2);
  EXPECT_DOUBLE_EQ(a.activation_bytes(), 4 * 2);
  // Embedding and output projection: 4 * 10 each.
  EXPECT_DOUBLE_EQ(a.counted_parameters(), 288 + 80);
  EXPECT_DOUBLE_EQ(a.common_weight_bytes(), (288 + 40) * 2);
  EXPECT_DOUBLE_EQ(a.weight_bytes(), 736);
}

TEST(Architecture, WeighsItsPartsByTheirOwnBytes) {
  Architecture a = toy::architecture();
  a.weight_bytes_each = 1;
  EXPECT_DOUBLE_EQ(a.common_weight_bytes(), 288 + 40 * 2);
  EXPECT_DOUBLE_EQ(a.weight_bytes(), 288 + 80 * 2);
  a.experts = {.experts = 4, .experts_per_token = 1, .feed_forward = 4, .weight_bytes_each = 0.5};
  // Attention 96 and router 2 * 4 * 4 at one byte, experts 2 * 4 * 48 at half a byte.
  a.parameters = a.counted_parameters();
  EXPECT_DOUBLE_EQ(a.expert_weight_bytes(), 192);
  EXPECT_DOUBLE_EQ(a.weight_bytes(), 128 + 192 + 80 * 2);
}

TEST(Architecture, TwoMatricesAndTiedEmbeddingCountLess) {
  Architecture a = toy::architecture();
  a.gated = false;
  a.tied_embedding = true;
  EXPECT_DOUBLE_EQ(a.layer_parameters(), 2 * (48 + 64));
  EXPECT_DOUBLE_EQ(a.counted_parameters(), 224 + 40);
}

TEST(Architecture, DimensionsGiveThePublishedSizeOfLlama2) {
  const Architecture a = real::llama2_70b();
  EXPECT_NEAR(a.counted_parameters() / a.parameters, 1.0, 0.005);
  EXPECT_DOUBLE_EQ(a.kv_bytes_per_token(), 327680);
}

}  // namespace
}  // namespace headroom
