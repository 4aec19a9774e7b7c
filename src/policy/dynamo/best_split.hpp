#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace headroom {

/// A knot of a power curve: input tokens per s, watts.
struct PowerKnot {
  double load = 0;
  double watts = 0;
};

/// Mean power of one instance at one clock, linear between knots that rise from load 0 to the largest load inside the
/// SLO. Without knots the clock is infeasible.
struct PowerCurve {
  double clock_mhz = 0;
  std::vector<PowerKnot> knots;
};

/// The instances of one size: their curves at the clocks that may be chosen, one curve where the clock is given.
struct SizeOption {
  unsigned gpus = 0;
  std::vector<PowerCurve> curves;
};

/// Equation 1: the sizes, the GPUs of the pool, the load it has to carry and what a GPU without instance draws.
struct SplitProblem {
  std::vector<SizeOption> sizes;
  unsigned gpus = 0;
  double load = 0;
  double unused_gpu_watts = 0;
};

/// The instances of one size in an optimum, which share a clock and a load.
struct SizeChoice {
  unsigned gpus = 0;
  unsigned instances = 0;
  double clock_mhz = 0;
  double load = 0;   ///< of each
  double watts = 0;  ///< of each
};

/// An optimum of equation 1: the sizes that have instances, largest first, and the power of all GPUs of the pool.
struct BestSplit {
  std::vector<SizeChoice> sizes;
  double watts = 0;
};

/// The split, clocks and loads of least power that carry the load; nothing if no split does. Among equals the one with
/// fewest instances, then with more of the larger sizes. Without load it may be a split without instances.
std::optional<BestSplit> best_split(const SplitProblem& problem);

}  // namespace headroom
