#include "serving/plan_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/problem.hpp"
#include "support/instance_bench.hpp"
#include "support/policy_views.hpp"

namespace headroom {
namespace {

using test::HandmadeInstance;
using testing::AllOf;
using testing::HasSubstr;

/// What the check says of a plan for this instance; empty where it has no objection.
std::string verdict(const HandmadeInstance& instance, const std::function<void(StepPlan&)>& fill) {
  StepPlan plan;
  fill(plan);
  try {
    InstanceView view = instance.view();
    view.id = InstanceId(3);
    view.now = Seconds(1.5);
    check_plan(plan, view, KvBooking::by_step, "bad");
  } catch (const PolicyError& error) {
    return error.what();
  }
  return {};
}

/// Decoding with 101 tokens, half read with a reservation of 51, waiting with 20; 200 tokens of memory.
HandmadeInstance busy() {
  return HandmadeInstance(200).decoding(100).prefilling(50, 30).waiting(20).waiting(20);
}

void name_themselves(const std::string& message, const char* rule) {
  EXPECT_THAT(message, AllOf(HasSubstr("policy bad"), HasSubstr("1.5 s"), HasSubstr("instance 3"), HasSubstr(rule)));
}

TEST(PlanCheck, HasNoObjectionToASoundPlan) {
  EXPECT_EQ(verdict(busy(),
                    [](StepPlan& plan) {
                      plan.admissions = {1};
                      plan.prefill = {{1, 20}, {2, 5}};
                      plan.decode = true;
                    }),
            "");
}

TEST(PlanCheck, ObjectsToPreemptingWhoDoesNotRun) {
  name_themselves(verdict(busy(),
                          [](StepPlan& plan) {
                            plan.preemptions = {2};
                            plan.decode = true;
                          }),
                  "descending order");
}

TEST(PlanCheck, ObjectsToPreemptionsInTheWrongOrder) {
  name_themselves(verdict(busy(), [](StepPlan& plan) { plan.preemptions = {0, 1}; }), "descending order");
}

TEST(PlanCheck, ObjectsToPreemptingTwice) {
  name_themselves(verdict(busy(), [](StepPlan& plan) { plan.preemptions = {1, 1}; }), "descending order");
}

TEST(PlanCheck, ObjectsToAdmittingWhoDoesNotWait) {
  name_themselves(verdict(busy(),
                          [](StepPlan& plan) {
                            plan.admissions = {2};
                            plan.decode = true;
                          }),
                  "ascending order");
}

TEST(PlanCheck, ObjectsToAdmittingTwice) {
  name_themselves(verdict(busy(),
                          [](StepPlan& plan) {
                            plan.admissions = {0, 0};
                            plan.decode = true;
                          }),
                  "ascending order");
}

TEST(PlanCheck, ObjectsToMoreSequencesThanTheInstanceMayHold) {
  const auto plan_for = [](std::uint32_t most, std::vector<std::uint32_t> admissions) {
    return verdict(busy().at_most(most), [&](StepPlan& plan) {
      plan.preemptions = {1};
      plan.admissions = admissions;
      plan.decode = true;
    });
  };
  EXPECT_EQ(plan_for(2, {0}), "");
  name_themselves(plan_for(1, {0}), "more sequences in flight");
  EXPECT_EQ(verdict(busy().at_most(1), [](StepPlan& plan) { plan.decode = true; }), "");  // those above it run on
}

TEST(PlanCheck, ObjectsToMoreMemoryThanThereIs) {
  // 101 + 51 + 21 + 21 = 194, and a token for the decode: fits 195 and not 194.
  const auto both = [](StepPlan& plan) {
    plan.admissions = {0, 1};
    plan.decode = true;
  };
  const auto instance = [](std::uint64_t capacity) {
    return HandmadeInstance(capacity).decoding(100).prefilling(50, 30).waiting(20).waiting(20);
  };
  EXPECT_EQ(verdict(instance(195), both), "");
  name_themselves(verdict(instance(194), both), "more KV memory");
}

TEST(PlanCheck, CountsTheMemoryThatPreemptionFrees) {
  EXPECT_EQ(verdict(HandmadeInstance(152).decoding(100).prefilling(50, 30),
                    [](StepPlan& plan) {
                      plan.preemptions = {1};
                      plan.decode = true;
                    }),
            "");
}

TEST(PlanCheck, ObjectsToAChunkOfNobody) {
  name_themselves(verdict(busy(), [](StepPlan& plan) { plan.prefill = {{2, 1}}; }), "chunks must be admitted");
}

TEST(PlanCheck, ObjectsToTwoChunksOfOnePrompt) {
  name_themselves(verdict(busy(), [](StepPlan& plan) { plan.prefill = {{1, 1}, {1, 1}}; }), "chunks must be admitted");
}

TEST(PlanCheck, ObjectsToAnEmptyChunk) {
  name_themselves(verdict(busy(), [](StepPlan& plan) { plan.prefill = {{1, 0}}; }), "what is left of its prompt");
}

TEST(PlanCheck, ObjectsToAChunkBeyondItsPrompt) {
  EXPECT_EQ(verdict(busy(), [](StepPlan& plan) { plan.prefill = {{1, 20}}; }), "");
  name_themselves(verdict(busy(), [](StepPlan& plan) { plan.prefill = {{1, 21}}; }), "what is left of its prompt");
}

TEST(PlanCheck, ObjectsToPrefillingWhoDecodes) {
  name_themselves(verdict(busy(), [](StepPlan& plan) { plan.prefill = {{0, 1}}; }), "what is left of its prompt");
}

TEST(PlanCheck, FindsASequenceBehindAPreemptedOne) {
  const auto three = HandmadeInstance(500).decoding(100).decoding(50).prefilling(50, 30);
  const auto plan_for = [&](std::uint32_t tokens) {
    return verdict(three, [&](StepPlan& plan) {
      plan.preemptions = {1};
      plan.prefill = {{1, tokens}};
    });
  };
  EXPECT_EQ(plan_for(20), "");
  name_themselves(plan_for(21), "what is left of its prompt");
}

TEST(PlanCheck, ObjectsToDecodingNobody) {
  name_themselves(verdict(HandmadeInstance(100).waiting(5), [](StepPlan& plan) { plan.decode = true; }),
                  "nothing is there to decode");
}

TEST(PlanCheck, ObjectsToDoingNothingWhileRequestsWait) {
  name_themselves(verdict(busy(), [](StepPlan&) {}), "nothing runs");
  EXPECT_EQ(verdict(HandmadeInstance(100), [](StepPlan&) {}), "");
}

/// A policy that never runs anything.
struct Lazy : BatchScheduler {
  void plan(const InstanceView&, StepPlan&) override {}
};

TEST(PlanCheck, StopsAnInstanceWithABadPolicy) {
  test::InstanceBench bench;
  bench.spec.scheduler_name = "lazy";
  bench.scheduler.value = std::make_unique<Lazy>();
  Instance& instance = bench.start();
  try {
    instance.offer(test::request(0, 2.5, 10, 10), Seconds(2.5));
    FAIL() << "the plan passed";
  } catch (const PolicyError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("lazy"), HasSubstr("2.5 s"), HasSubstr("instance 3")));
  }
}

}  // namespace
}  // namespace headroom
