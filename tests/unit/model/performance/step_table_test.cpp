#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/performance/steps_config.hpp"
#include "model/performance/table_model.hpp"
#include "support/workload_fixtures.hpp"
#include "unit/model/toy.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;

StepShape batch(double decodes, double context_tokens, double prompts = 0, double prompt_tokens = 0,
                double held_tokens = 0) {
  StepShape step;
  step.decodes = decodes;
  step.decode_context_tokens = context_tokens;
  if (prompts > 0) step.add_prefill(prompts, prompt_tokens, held_tokens);
  return step;
}

class StepTables : public ::testing::Test {
 protected:
  /// Of 100 and 200 tokens, for a GPU that is asked for and one that is not.
  StepsConfig knots(const std::string& rows = "") {
    StepsConfig config;
    config.kind = StepTimesKind::table;
    config.path = folder.write("knots.csv", rows.empty() ? "gpu,batch_tokens,prompt_time_s,token_time_s\n"
                                                           "a,100,0.1,0.03\na,200,0.3,0.02\nb,100,9,9\n"
                                                         : rows);
    config.rows = {{"gpu", "a"}};
    return config;
  }
  StepsConfig keys() {
    StepsConfig config;
    config.kind = StepTimesKind::keyed_table;
    config.path = folder.write("tokens.csv", "num_tokens,norm,reduce\n8,1,2\n16,2,4\n");
    config.decode_path = folder.write("decode.csv", "batch_size,kv,ms\n1,64,10\n2,64,20\n2,128,30\n");
    config.prefill_path = folder.write("prefill.csv", "kv,chunk,ms\n0,5,100\n64,5,200\n128,7,300\n");
    config.layers = 2;
    config.several_factor = 1.5;
    config.column_factors = {{"reduce", 2}};
    return config;
  }
  static double seconds(const StepsConfig& config, const StepShape& step) {
    return read_step_table(config)->time(step).duration.value();
  }

  test::TemporaryFolder folder;
};

TEST_F(StepTables, KnotsAreJoinedByLines) {
  const auto config = knots();
  EXPECT_DOUBLE_EQ(seconds(config, batch(0, 0, 1, 150)), 0.2);    // half-way from 0.1 to 0.3
  EXPECT_DOUBLE_EQ(seconds(config, batch(150, 9e4)), 0.025);      // decodes: one token each, whatever their context
  EXPECT_DOUBLE_EQ(seconds(config, batch(50, 9e4, 2, 50)), 0.2);  // both: as prompts of 150 tokens
}

TEST_F(StepTables, AStepOfBothTakesAFactorLonger) {
  auto config = knots();
  config.mixed_factor = 1.1;
  EXPECT_DOUBLE_EQ(seconds(config, batch(50, 9e4, 1, 100)), 1.1 * 0.2);
  EXPECT_DOUBLE_EQ(seconds(config, batch(0, 0, 1, 150)), 0.2);
}

TEST_F(StepTables, BeyondItsEndsATableIsRefusedUnlessItsSegmentsExtend) {
  auto config = knots();
  EXPECT_THAT(test::problem_of([&] { (void)seconds(config, batch(50, 0)); }),
              HasSubstr("hold from 100 to 200 batched tokens, but a step has 50"));
  config.extend = true;
  EXPECT_DOUBLE_EQ(seconds(config, batch(50, 0)), 0.035);       // 0.03 - 50 x (0.02 - 0.03) / 100
  EXPECT_DOUBLE_EQ(seconds(config, batch(0, 0, 1, 300)), 0.5);  // 0.3 + 100 x 0.2 / 100
  EXPECT_THAT(test::problem_of([&] { (void)seconds(config, batch(400, 0)); }), HasSubstr("no time"));
}

TEST_F(StepTables, KnotsThatCannotBeALineAreRefused) {
  const std::string header = "gpu,batch_tokens,prompt_time_s,token_time_s\n";
  const auto said = [&](const std::string& rows) {
    const auto config = knots(header + rows);
    return test::problem_of([&] { (void)read_step_table(config); });
  };
  EXPECT_THAT(said("a,100,1,1\na,100,2,2\n"), HasSubstr("knots.csv:3: batch_tokens must rise"));
  EXPECT_THAT(said("a,100,1,1\n"), HasSubstr("only one row"));
  EXPECT_THAT(said("b,100,1,1\n"), HasSubstr("no row"));
  EXPECT_THAT(said("a,100,1,1\na,200,1,0\n"), HasSubstr("token_time_s must be above 0"));
}

TEST_F(StepTables, KeysAreRoundedAndTimesAddedUp) {
  const auto config = keys();
  // One decode with 40 tokens held and its new one: 64. Row of 8 tokens: 1 + 2 x 2 ms. Two layers.
  EXPECT_DOUBLE_EQ(seconds(config, batch(1, 40)), 2 * (0.005 + 0.010));
  // Two decodes: 1.5 times as long; a mean of 127.5 rounded down, and the new token, is 128.
  EXPECT_DOUBLE_EQ(seconds(config, batch(2, 255)), 2 * (0.005 + 1.5 * 0.030));
  // Chunks of 3 and 4 tokens, root of 25; with two decodes 9 tokens, so the row of 16.
  StepShape step = batch(2, 20, 1, 3);
  step.add_prefill(1, 4, 0);
  EXPECT_DOUBLE_EQ(seconds(config, step), 2 * (0.010 + 1.5 * 0.020 + 1.5 * 0.100));
  // Contexts are rounded before they are added.
  EXPECT_DOUBLE_EQ(seconds(config, batch(0, 0, 1, 5, 1)), 2 * (0.005 + 0.200));
}

TEST_F(StepTables, ATimeByKeysHoldsUntilTheMeanContextPassesItsKey) {
  const auto table = read_step_table(keys());
  const double last = table->time(batch(2, 20)).valid_to_context;
  EXPECT_EQ(last, 127);  // (127 / 2 rounded down) + 1 = 64
  EXPECT_EQ(table->time(batch(2, last)).duration, table->time(batch(2, 20)).duration);
  EXPECT_NE(table->time(batch(2, last + 1)).duration, table->time(batch(2, 20)).duration);
}

TEST_F(StepTables, AMissingKeyIsNamed) {
  EXPECT_THAT(test::problem_of([&] { (void)seconds(keys(), batch(3, 30)); }),
              HasSubstr("decode.csv: has no row for sequences and context 3, 64"));
  EXPECT_THAT(test::problem_of([&] { (void)seconds(keys(), batch(0, 0, 1, 100)); }),
              HasSubstr("tokens.csv: has no row for tokens 104"));
}

TEST_F(StepTables, StepsTakeLongerAtALowerClockAsTheRooflineSays) {
  const RooflineModel roofline(toy::architecture(), toy::gpu(), toy::stack(), 1);
  const Hertz highest = toy::gpu().max_clock, lowest = toy::gpu().min_clock;
  const StepShape step = batch(150, 1000);
  StepShape bare = step;
  bare.decode_context_tokens = 0;
  const double slower = roofline.cost(bare, lowest).base / roofline.cost(bare, highest).base;
  ASSERT_GT(slower, 1);
  const TableModel follows(read_step_table(knots()), roofline, highest, true);
  const TableModel never(read_step_table(knots()), roofline, highest, false);
  EXPECT_EQ(follows.cost(step, highest).duration(1000).value(), 0.025);
  EXPECT_DOUBLE_EQ(follows.cost(step, lowest).duration(1000).value(), 0.025 * slower);
  EXPECT_EQ(never.cost(step, lowest).duration(1000).value(), 0.025);
  EXPECT_EQ(never.cost(step, highest).flops, roofline.cost(step, highest).flops);
}

}  // namespace
}  // namespace headroom
