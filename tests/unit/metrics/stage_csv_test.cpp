#include "metrics/stage_csv.hpp"

#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

TEST(StageCsv, WritesALineAStage) {
  const test::TemporaryFolder folder;
  const std::string stream = "talks, long", clip = "clip", join = "join", low = "low";
  StageCsv csv(folder.path("s.csv"));
  csv.stage_done({stream, clip, 2, 5, &low, InstanceId(3), Seconds(1), Seconds(1.5), Seconds(4)});
  csv.stage_done({stream, join, 2, 5, nullptr, std::nullopt, Seconds(4), Seconds(4), Seconds(4)});
  csv.close();
  EXPECT_EQ(test::content_of(folder.path("s.csv")),
            "stream,job,stage,item,level,instance,ready_s,begin_s,end_s\n"
            "\"talks, long\",2,clip,5,low,3,1,1.5,4\n"
            "\"talks, long\",2,join,5,,,4,4,4\n");
}

}  // namespace
}  // namespace headroom
