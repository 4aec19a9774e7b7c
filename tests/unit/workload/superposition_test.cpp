#include "workload/superposition.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::requests_of;
using test::TemporaryFolder;

const std::string three_rows =
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-01-01 00:00:00,10,1\n2024-01-01 00:00:01,20,2\n"
    "2024-01-01 00:00:03,30,3\n";

std::unique_ptr<Superposition> superpose(const std::string& path, Scaling scaling, ClassTable& table,
                                         double high_share = 0.5, std::uint64_t seed = 1) {
  return std::make_unique<Superposition>(test::trace_at(path), scaling,
                                         std::vector<TypeClasses>{TypeClasses(table, "", high_share)}, seed);
}

TEST(Superposition, OneCopyIsTheTrace) {
  const TemporaryFolder folder;
  ClassTable table;
  const auto source = superpose(folder.write("t.csv", three_rows), {1.0, Seconds(60.0), 1.0}, table);
  const auto requests = requests_of(*source);
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[2].id, 2U);
  EXPECT_EQ(requests[2].arrival.value(), 3.0);
  EXPECT_EQ(requests[2].input_tokens, 30U);
  EXPECT_EQ(requests[2].output_tokens, 3U);
  Request more;
  EXPECT_FALSE(source->next(more));
  EXPECT_FALSE(source->next(more));
}

TEST(Superposition, WithoutShiftCopiesComeTogetherInOrder) {
  const TemporaryFolder folder;
  ClassTable table;
  const auto source = superpose(folder.write("t.csv", three_rows), {3.0, Seconds(0.0), 1.0}, table);
  std::vector<double> times;
  for (const auto& request : requests_of(*source)) times.push_back(request.arrival.value());
  EXPECT_EQ(times, (std::vector<double>{0, 0, 0, 1, 1, 1, 3, 3, 3}));
}

TEST(Superposition, StretchesTheTraceButNotTheShifts) {
  const TemporaryFolder folder;
  ClassTable table;
  const auto source = superpose(folder.write("t.csv", three_rows), {2.0, Seconds(5.0), 10.0}, table);
  const double shift_s = source->shift(1).value();
  EXPECT_GT(shift_s, 0.0);
  EXPECT_LT(shift_s, 5.0);
  std::vector<double> times;
  for (const auto& request : requests_of(*source)) times.push_back(request.arrival.value());
  EXPECT_EQ(times, (std::vector<double>{0, shift_s, 10, 10 + shift_s, 30, 30 + shift_s}));
}

TEST(Superposition, RepeatsForTheSameSeedOnly) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.csv", three_rows);
  ClassTable table;
  const Scaling scaling{8.0, Seconds(60.0), 1.0};
  const auto a = requests_of(*superpose(path, scaling, table, 0.5, 1));
  const auto b = requests_of(*superpose(path, scaling, table, 0.5, 1));
  const auto c = requests_of(*superpose(path, scaling, table, 0.5, 2));
  ASSERT_EQ(a.size(), b.size());
  bool differs = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].arrival, b[i].arrival);
    EXPECT_EQ(a[i].priority, b[i].priority);
    differs = differs || a[i].arrival != c[i].arrival;
  }
  EXPECT_TRUE(differs);
}

TEST(Superposition, SplitsPrioritiesByTheShare) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.csv", three_rows);
  ClassTable table;
  int high = 0;
  for (const auto& request : requests_of(*superpose(path, {10'000.0, Seconds(60.0), 1.0}, table, 0.3))) {
    EXPECT_EQ(table.priority(request.request_class), request.priority);
    if (request.priority == Priority::high) ++high;
  }
  EXPECT_NEAR(high, 9000, 5 * 80);  // 30,000 x 0.3; standard deviation sqrt(30,000 x 0.3 x 0.7) = 79
}

TEST(RowWindow, HoldsOnlyTheRowsOfOneShift) {
  const TemporaryFolder folder;
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  for (int i = 0; i < 3000; ++i)
    text += "2024-01-01 00:" + std::to_string(10 + i / 60) + ':' + std::to_string(100 + i % 60).substr(1) + ",1,1\n";
  RowWindow window(test::trace_at(folder.write("t.csv", text)), 2, 1, 1.0);
  for (std::uint64_t row = 0; row < 2900; ++row) {  // one reader 100 rows behind the other
    ASSERT_NE(window.row(row + 100), nullptr);
    window.release(row + 100);
    if (row < 100) window.release(row);
    window.release(row);
    EXPECT_LE(window.size(), 101U);
  }
  EXPECT_NE(window.row(2999), nullptr);
  EXPECT_EQ(window.row(3000), nullptr);
}

}  // namespace
}  // namespace headroom
