#include "policy/dynamo/best_split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <tuple>

namespace headroom {
namespace {

/// a + s L up to a largest load.
PowerCurve straight(double clock_mhz, double a, double s, double largest) {
  return {clock_mhz, {{0, a}, {largest, a + s * largest}}};
}

/// The sizes of the example of equation 1, at the highest clock or at both.
std::vector<SizeOption> example(bool both_clocks) {
  std::vector<SizeOption> sizes = {{2, {straight(1980, 500, 0.40, 700)}},
                                   {4, {straight(1980, 900, 0.24, 2200)}},
                                   {8, {straight(1980, 1500, 0.20, 5000)}}};
  if (both_clocks) {
    sizes[0].curves.push_back({1200, {}});
    sizes[1].curves.push_back(straight(1200, 580, 0.18, 1200));
    sizes[2].curves.push_back(straight(1200, 1000, 0.15, 3300));
  }
  return sizes;
}

void expect_choice(const SizeChoice& choice, unsigned gpus, unsigned instances, double clock_mhz, double load) {
  EXPECT_EQ(choice.gpus, gpus);
  EXPECT_EQ(choice.instances, instances);
  EXPECT_EQ(choice.clock_mhz, clock_mhz);
  EXPECT_NEAR(choice.load, load, 1e-6);
}

TEST(BestSplit, FillsTheLargestWhereUnusedGpusAreFree) {
  const auto best = best_split({example(false), 16, 5600, 0});
  ASSERT_TRUE(best);
  EXPECT_NEAR(best->watts, 3240, 1e-6);
  ASSERT_EQ(best->sizes.size(), 2U);
  expect_choice(best->sizes[0], 8, 1, 1980, 5000);
  expect_choice(best->sizes[1], 2, 1, 1980, 600);
}

TEST(BestSplit, CountsUnusedGpus) {
  const auto best = best_split({example(false), 16, 5600, 69});
  ASSERT_TRUE(best);
  EXPECT_NEAR(best->watts, 3654, 1e-6);
  expect_choice(best->sizes[1], 2, 1, 1980, 600);
}

TEST(BestSplit, TakesMoreGpusAtALowerClock) {
  for (const double unused : {0.0, 69.0}) {
    const auto best = best_split({example(true), 16, 5600, unused});
    ASSERT_TRUE(best);
    EXPECT_NEAR(best->watts, 2840, 1e-6);
    ASSERT_EQ(best->sizes.size(), 1U);
    expect_choice(best->sizes[0], 8, 2, 1200, 2800);
    EXPECT_NEAR(best->sizes[0].watts, 1420, 1e-6);
  }
}

TEST(BestSplit, TakesTheSmallestThatCarriesTheLoad) {
  for (const auto& [load, unused, gpus, watts] :
       {std::tuple(2000.0, 0.0, 4U, 1380.0), {2000.0, 69.0, 4U, 1656.0}, {600.0, 0.0, 2U, 740.0}}) {
    const auto best = best_split({example(false), 8, load, unused});
    ASSERT_TRUE(best);
    EXPECT_NEAR(best->watts, watts, 1e-6);
    ASSERT_EQ(best->sizes.size(), 1U);
    expect_choice(best->sizes[0], gpus, 1, 1980, load);
  }
}

TEST(BestSplit, SaysWhereNoSplitCarriesTheLoad) {
  EXPECT_FALSE(best_split({example(false), 8, 5200, 0}));
  EXPECT_FALSE(best_split({example(true), 8, 5200, 69}));
  EXPECT_FALSE(best_split({{{8, {{1980, {}}}}}, 8, 1, 0}));
  EXPECT_TRUE(best_split({example(false), 8, 5000, 0}));
}

TEST(BestSplit, MayBeEmptyWithoutLoad) {
  const auto best = best_split({example(true), 8, 0, 69});
  ASSERT_TRUE(best);
  EXPECT_TRUE(best->sizes.empty());
  EXPECT_NEAR(best->watts, 8 * 69, 1e-9);
}

TEST(BestSplit, PrefersFewAndLargeAmongEquals) {
  const std::vector<SizeOption> alike = {
      {2, {straight(1980, 200, 1, 1000)}}, {4, {straight(1980, 400, 1, 2000)}}, {8, {straight(1980, 800, 1, 4000)}}};
  const auto few = best_split({alike, 16, 5000, 100});
  ASSERT_TRUE(few);
  ASSERT_EQ(few->sizes.size(), 1U);  // not 1 TP8 + 1 TP4, which draws the same and has as many
  expect_choice(few->sizes[0], 8, 2, 1980, 2500);
}

/// Curves that rise at random, not convex, a lower clock's ending earlier, with every load a multiple of 100.
std::vector<SizeOption> random_sizes(std::mt19937& draw) {
  const auto between = [&](int low, int high) { return std::uniform_int_distribution(low, high)(draw); };
  std::vector<SizeOption> sizes;
  for (const unsigned gpus : {2U, 4U, 8U}) {
    SizeOption size{gpus, {}};
    for (const double clock : {800.0, 1400.0, 1980.0}) {
      PowerCurve curve{clock, {{0, between(50, 150) * double(gpus)}}};
      for (int knot = between(0, 3); knot > 0; --knot)
        curve.knots.push_back(
            {curve.knots.back().load + 100 * between(1, 3), curve.knots.back().watts + between(0, 100)});
      if (curve.knots.size() == 1) curve.knots.clear();
      size.curves.push_back(curve);
    }
    sizes.push_back(size);
  }
  return sizes;
}

double power_at(const PowerCurve& curve, double load) {
  for (std::size_t i = 1; i < curve.knots.size(); ++i) {
    const PowerKnot& a = curve.knots[i - 1];
    const PowerKnot& b = curve.knots[i];
    if (load <= b.load + 1e-9) return a.watts + (b.watts - a.watts) * (load - a.load) / (b.load - a.load);
  }
  return std::numeric_limits<double>::infinity();
}

double least_power(const SizeOption& size, double load) {
  double least = std::numeric_limits<double>::infinity();
  for (const PowerCurve& curve : size.curves) least = std::min(least, power_at(curve, load));
  return least;
}

/// The least power over all numbers and clocks, on a grid of loads for the two larger sizes.
double on_a_grid(const SplitProblem& problem, double step) {
  double least = std::numeric_limits<double>::infinity();
  std::function<void(std::size_t, unsigned, double, double)> try_sizes = [&](std::size_t i, unsigned free, double left,
                                                                             double watts) {
    if (i == problem.sizes.size()) {
      if (std::abs(left) < 1e-6) least = std::min(least, watts + free * problem.unused_gpu_watts);
      return;
    }
    const SizeOption& size = problem.sizes[i];
    try_sizes(i + 1, free, left, watts);
    for (unsigned n = 1; n * size.gpus <= free; ++n) {
      if (i + 1 == problem.sizes.size()) {
        try_sizes(i + 1, free - n * size.gpus, 0, watts + n * least_power(size, left / n));
        continue;
      }
      for (double load = 0; n * load <= left + 1e-6 && load <= 900; load += step)
        try_sizes(i + 1, free - n * size.gpus, left - n * load, watts + n * least_power(size, load));
    }
  };
  try_sizes(0, problem.gpus, problem.load, 0);
  return least;
}

TEST(BestSplit, IsNoWorseThanAnyOnAGrid) {
  std::mt19937 draw(20240601);
  unsigned feasible = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const SplitProblem problem{random_sizes(draw), draw() % 2 == 0 ? 8U : 12U, 50.0 * double(1 + draw() % 30),
                               double(draw() % 100)};
    const double grid = on_a_grid(problem, 25);
    const auto best = best_split(problem);
    if (!best) {
      EXPECT_EQ(grid, std::numeric_limits<double>::infinity());
      continue;
    }
    ++feasible;
    EXPECT_LE(best->watts, grid + 1e-6);
  }
  EXPECT_GT(feasible, 100U);
}

TEST(BestSplit, DrawsWhatItsChoicesDraw) {
  std::mt19937 draw(7);
  for (int trial = 0; trial < 200; ++trial) {
    const SplitProblem problem{random_sizes(draw), 24, 50.0 * double(1 + draw() % 40), double(draw() % 100)};
    const auto best = best_split(problem);
    if (!best) continue;
    double load = 0;
    double watts = 0;
    unsigned used = 0;
    for (const SizeChoice& choice : best->sizes) {
      const auto size = std::find_if(problem.sizes.begin(), problem.sizes.end(),
                                     [&](const SizeOption& option) { return option.gpus == choice.gpus; });
      const auto curve = std::find_if(size->curves.begin(), size->curves.end(),
                                      [&](const PowerCurve& c) { return c.clock_mhz == choice.clock_mhz; });
      EXPECT_NEAR(choice.watts, power_at(*curve, choice.load), 1e-6);
      load += choice.instances * choice.load;
      watts += choice.instances * choice.watts;
      used += choice.instances * choice.gpus;
    }
    ASSERT_LE(used, problem.gpus);
    EXPECT_NEAR(load, problem.load, 1e-6);
    EXPECT_NEAR(watts + (problem.gpus - used) * problem.unused_gpu_watts, best->watts, 1e-6);
  }
}

/// Power when the split is chosen at the highest clock, and then the clock of each size for the load that it has.
double by_hierarchy(const SplitProblem& problem, const BestSplit& at_highest) {
  double watts = 0;
  unsigned unused = problem.gpus;
  for (const SizeChoice& choice : at_highest.sizes) {
    const auto size = std::find_if(problem.sizes.begin(), problem.sizes.end(),
                                   [&](const SizeOption& option) { return option.gpus == choice.gpus; });
    watts += choice.instances * least_power(*size, choice.load);
    unused -= choice.instances * choice.gpus;
  }
  return watts + unused * problem.unused_gpu_watts;
}

TEST(BestSplit, IsAtMostThatOfTheHierarchyAndFallsAsTheSloLoosens) {
  std::mt19937 draw(15);
  for (int trial = 0; trial < 200; ++trial) {
    const SplitProblem joint{random_sizes(draw), 16, 50.0 * double(1 + draw() % 30), 69};
    SplitProblem highest = joint;
    SplitProblem stricter = joint;
    for (std::size_t i = 0; i < joint.sizes.size(); ++i) {
      highest.sizes[i].curves = {joint.sizes[i].curves.back()};
      for (PowerCurve& curve : stricter.sizes[i].curves)
        if (!curve.knots.empty()) curve.knots.pop_back();
      std::erase_if(stricter.sizes[i].curves, [](const PowerCurve& curve) { return curve.knots.size() < 2; });
    }
    const auto best = best_split(joint);
    if (const auto split = best_split(highest)) {
      EXPECT_LE(best.value().watts, by_hierarchy(joint, *split) + 1e-6);
    }
    if (const auto strict = best_split(stricter)) {
      EXPECT_LE(best.value().watts, strict->watts + 1e-6);
    }
  }
}

}  // namespace
}  // namespace headroom
