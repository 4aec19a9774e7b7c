#include "optimise/milp.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace headroom {
namespace {

constexpr double kNoEnd = std::numeric_limits<double>::infinity();

TEST(Milp, FindsTheCheapestWholeNumbers) {
  Milp milp;  // 7 of demand, by 3 for 4 or 2 for 3: 1 and 2 cost 10, 3 of the first 12
  const std::size_t a = milp.add_column(4, true), b = milp.add_column(3, true);
  milp.add_row(7, kNoEnd, {{a, 3}, {b, 2}});
  const auto solution = milp.solve(1000);
  ASSERT_TRUE(solution);
  EXPECT_EQ(solution->values, (std::vector<double>{1, 2}));
  EXPECT_TRUE(solution->proven);
}

TEST(Milp, KeepsContinuousColumnsContinuous) {
  Milp milp;
  const std::size_t x = milp.add_column(1, false), n = milp.add_column(1, true);
  milp.add_row(2.5, kNoEnd, {{x, 1}});
  milp.add_row(0, kNoEnd, {{n, 2}, {x, -1}});
  EXPECT_EQ(milp.solve(1000)->values, (std::vector<double>{2.5, 2}));
}

TEST(Milp, FindsNothingWhereNothingIs) {
  Milp milp;
  const std::size_t x = milp.add_column(1, true);
  milp.add_row(5, kNoEnd, {{x, 1}});
  milp.add_row(-kNoEnd, 4, {{x, 1}});
  EXPECT_FALSE(milp.solve(1000));
}

}  // namespace
}  // namespace headroom
