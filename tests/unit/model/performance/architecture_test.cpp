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
  EXPECT_DOUBLE_EQ(a.collective_bytes_per_token(), 2 * 2 * 4 * 2);
  // Embedding and output projection: 4 * 10 each.
  EXPECT_DOUBLE_EQ(a.counted_parameters(), 288 + 80);
  EXPECT_DOUBLE_EQ(a.common_weight_bytes(), (288 + 40) * 2);
  EXPECT_DOUBLE_EQ(a.weight_bytes(), 736);
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
