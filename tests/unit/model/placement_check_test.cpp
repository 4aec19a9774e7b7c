#include "model/placement_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/toy.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PlacementCheck : public testing::Test {
 protected:
  std::vector<std::string> problems(std::uint32_t tensor_parallel) const {
    return check_placement({model, stack, gpu, 8}, tensor_parallel);
  }

  Architecture model = real::llama2_70b();
  GpuSpec gpu = real::a100();
  StackProfile stack;  // 72 GiB usable
};

TEST_F(PlacementCheck, FindsNothingWhereAllDividesAndFits) {
  for (const std::uint32_t degree : {2u, 4u, 8u}) EXPECT_THAT(problems(degree), IsEmpty());
}

TEST_F(PlacementCheck, DividesServerAndHeads) {
  EXPECT_THAT(problems(3), ElementsAre("must divide the 8 GPUs of a server and the 64 heads of the model"));
  EXPECT_THAT(problems(16), ElementsAre("must divide the 8 GPUs of a server"));
  EXPECT_THAT(problems(0), ElementsAre("must divide the 8 GPUs of a server"));
  model.heads = 52;
  model.kv_heads = 52;
  EXPECT_THAT(problems(8), ElementsAre("must divide the 52 heads of the model"));
}

TEST_F(PlacementCheck, KeepsKvHeadsWholeOrReplicatesThem) {
  model.kv_heads = 2;
  EXPECT_THAT(problems(8), IsEmpty());
  model.kv_heads = 6;
  EXPECT_THAT(problems(4), ElementsAre("must divide the 6 KV heads of the model, or be a multiple of them"));
}

TEST_F(PlacementCheck, SaysHowManyGpusHoldTheWeights) {
  // 137.95 GB are 128.5 GiB.
  EXPECT_THAT(problems(1), ElementsAre("llama2_70b needs 128.5 GiB for weights on each GPU, of which 72.0 GiB are "
                                       "usable; use tensor parallelism of at least 2"));
  stack.reserve_bytes = 40 * 0x1p30;
  EXPECT_THAT(problems(2), ElementsAre("llama2_70b needs 64.2 GiB for weights on each GPU, of which 32.0 GiB are "
                                       "usable; use tensor parallelism of at least 8"));
  stack.reserve_bytes = 70 * 0x1p30;
  EXPECT_THAT(problems(8), ElementsAre("llama2_70b needs 16.1 GiB for weights on each GPU, of which 2.0 GiB are "
                                       "usable; the 8 GPUs of a server cannot hold it"));
}

}  // namespace
}  // namespace headroom
