#include "serving/piece.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace headroom {
namespace {

Piece piece(double start, double first, double growth, std::uint64_t count) {
  Piece p;
  p.start = start;
  p.first = first;
  p.growth = growth;
  p.count = count;
  return p;
}

TEST(Piece, AddsUpGrowingIterations) {
  // 1, 1.5, 2, 2.5: sums 1, 2.5, 4.5, 7.
  const Piece p = piece(10, 1, 0.5, 4);
  EXPECT_EQ(p.elapsed(0), 0);
  EXPECT_EQ(p.elapsed(1), 1);
  EXPECT_EQ(p.elapsed(3), 4.5);
  EXPECT_EQ(p.end(), 17);
  EXPECT_EQ(p.duration(3), 2.5);
}

TEST(Piece, CountsAnIterationAtItsBoundaryAndNotBefore) {
  const Piece p = piece(10, 1, 0.5, 4);
  EXPECT_EQ(p.done(9), 0U);
  EXPECT_EQ(p.done(10), 0U);
  EXPECT_EQ(p.done(std::nextafter(12.5, 0)), 1U);
  EXPECT_EQ(p.done(12.5), 2U);
  EXPECT_EQ(p.done(std::nextafter(12.5, 20)), 2U);
}

TEST(Piece, CountsAtMostWhatIsPlanned) {
  const Piece p = piece(10, 1, 0.5, 4);
  EXPECT_EQ(p.done(17), 4U);
  EXPECT_EQ(p.done(1e9), 4U);
}

TEST(Piece, CountsEqualIterations) {
  const Piece p = piece(0, 0.25, 0, 8);
  EXPECT_EQ(p.done(0.75), 3U);
  EXPECT_EQ(p.done(std::nextafter(0.75, 0)), 2U);
}

RC_GTEST_PROP(PieceProperty, DoneIsTheInverseOfElapsed, ()) {
  const auto number = [](int low, int high, double scale) { return *rc::gen::inRange(low, high) * scale; };
  const double start = number(0, 1000000, 0.731);
  const double first = number(1, 100000, 1e-6);
  const double growth = number(0, 1000, 1e-8);
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 100000);
  const Piece p = piece(start, first, growth, count);
  const auto k = *rc::gen::inRange<std::uint64_t>(0, count + 1);
  const double boundary = p.start + p.elapsed(k);
  RC_ASSERT(p.done(boundary) == k);
  if (k > 0) RC_ASSERT(p.done(std::nextafter(boundary, -1.0)) == k - 1);
}

}  // namespace
}  // namespace headroom
