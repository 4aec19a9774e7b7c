#include "policy/dynamo/best_split.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "policy/dynamo/power_envelope.hpp"

// With the numbers of instances given, the least power is that of a linear programme once each size is given a piece of
// its envelope: one equation (all of the load is served) and a range for each load. At a vertex of such a programme all
// variables but one are at an end of their range, so it suffices to try the ends of pieces for all sizes but one, whose
// load is then what is left. Clocks need no enumeration: instances of one size share clock and load, so that the best
// clock is known from the load. The numbers are tried in the order of a lower bound, until it exceeds what was found.

namespace headroom {
namespace {

/// Powers that differ by less than this fraction are equal.
constexpr double equal_within = 1e-9;

struct SizeCurve {
  unsigned gpus;
  PowerEnvelope power;
};

/// One instance number for each size, and the least power that it may lead to.
struct Numbers {
  std::vector<unsigned> instances;
  unsigned total = 0;
  unsigned unused_gpus = 0;
  double bound = 0;
};

std::vector<SizeCurve> feasible_sizes(const SplitProblem& problem) {
  std::vector<SizeCurve> sizes;
  for (const SizeOption& size : problem.sizes) {
    PowerEnvelope power(size.curves);
    if (!power.empty()) sizes.push_back({size.gpus, std::move(power)});
  }
  std::sort(sizes.begin(), sizes.end(), [](const SizeCurve& a, const SizeCurve& b) { return a.gpus > b.gpus; });
  return sizes;
}

/// Every choice of instance numbers that fits the GPUs and carries the load, by its bound.
class NumbersInOrder {
 public:
  NumbersInOrder(const SplitProblem& problem, const std::vector<SizeCurve>& sizes) : problem_(problem), sizes_(sizes) {
    for (std::size_t size = 0; size < sizes.size(); ++size)
      for (const PowerSlope& slope : sizes[size].power.hull()) slopes_.push_back({slope, size});
    std::sort(slopes_.begin(), slopes_.end(),
              [](const auto& a, const auto& b) { return a.first.watts_per_load < b.first.watts_per_load; });
    numbers_.instances.resize(sizes.size());
    extend(0, problem.gpus, 0);
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Numbers& a, const Numbers& b) { return a.bound < b.bound; });
  }

  const std::vector<Numbers>& all() const { return found_; }

 private:
  void extend(std::size_t size, unsigned free_gpus, double capacity) {
    if (size == sizes_.size()) {
      if (capacity < problem_.load * (1 - equal_within)) return;
      numbers_.unused_gpus = free_gpus;
      numbers_.bound = bound();
      found_.push_back(numbers_);
      return;
    }
    const unsigned most = free_gpus / sizes_[size].gpus;
    for (unsigned n = 0; n <= most; ++n) {
      numbers_.instances[size] = n;
      numbers_.total += n;
      extend(size + 1, free_gpus - n * sizes_[size].gpus, capacity + n * sizes_[size].power.largest_load());
      numbers_.total -= n;
    }
  }

  /// The power if each size drew that of the convex hull of its envelope: the flattest slopes are filled first.
  double bound() const {
    double watts = numbers_.unused_gpus * problem_.unused_gpu_watts;
    for (std::size_t size = 0; size < sizes_.size(); ++size)
      watts += numbers_.instances[size] * sizes_[size].power.hull_at_idle();
    double left = problem_.load;
    for (const auto& [slope, size] : slopes_) {
      if (left <= 0) break;
      const double filled = std::min(left, numbers_.instances[size] * slope.load);
      watts += filled * slope.watts_per_load;
      left -= filled;
    }
    return watts;
  }

  const SplitProblem& problem_;
  const std::vector<SizeCurve>& sizes_;
  std::vector<std::pair<PowerSlope, std::size_t>> slopes_;
  Numbers numbers_;
  std::vector<Numbers> found_;
};

/// The loads of the sizes at which given instance numbers draw least, if less than a limit.
class LoadSharing {
 public:
  LoadSharing(const std::vector<SizeCurve>& sizes, const Numbers& numbers, double load, double limit)
      : sizes_(sizes), numbers_(numbers), tolerance_(equal_within * load), watts_(limit), trial_(sizes.size()) {
    for (free_ = 0; free_ < sizes.size(); ++free_)
      if (numbers.instances[free_] > 0) choose(0, load, 0);
    if (numbers.total == 0) best_ = {{trial_, 0}};
  }

  struct Sharing {
    std::vector<double> loads;
    double watts;
  };
  const std::optional<Sharing>& best() const { return best_; }

 private:
  void choose(std::size_t size, double left, double watts) {
    if (left < -tolerance_ || watts >= watts_) return;
    if (size == sizes_.size()) return settle(std::max(0.0, left), watts);
    const unsigned n = numbers_.instances[size];
    if (n == 0 || size == free_) return choose(size + 1, left, watts);
    for (const PowerKnot& end : sizes_[size].power.ends()) {
      trial_[size] = end.load;
      choose(size + 1, left - n * end.load, watts + n * end.watts);
    }
    trial_[size] = 0;
  }

  /// The free size takes what is left.
  void settle(double left, double watts) {
    const unsigned n = numbers_.instances[free_];
    const double largest = sizes_[free_].power.largest_load();
    if (left > n * largest + tolerance_) return;
    trial_[free_] = std::min(left / n, largest);
    watts += n * sizes_[free_].power.at(trial_[free_]).watts;
    if (watts < watts_) best_ = {{trial_, watts_ = watts}};
    trial_[free_] = 0;
  }

  const std::vector<SizeCurve>& sizes_;
  const Numbers& numbers_;
  double tolerance_;
  double watts_;  ///< the least so far
  std::size_t free_ = 0;
  std::vector<double> trial_;
  std::optional<Sharing> best_;
};

/// Whether numbers are preferred to others that draw the same.
bool preferred(const Numbers& a, const Numbers& b) {
  return a.total != b.total ? a.total < b.total : a.instances > b.instances;
}

BestSplit split_of(const std::vector<SizeCurve>& sizes, const Numbers& numbers, const std::vector<double>& loads,
                   double watts) {
  BestSplit split{{}, watts};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (numbers.instances[i] == 0) continue;
    const PowerEnvelope::Point point = sizes[i].power.at(loads[i]);
    split.sizes.push_back({sizes[i].gpus, numbers.instances[i], point.clock_mhz, loads[i], point.watts});
  }
  return split;
}

}  // namespace

std::optional<BestSplit> best_split(const SplitProblem& problem) {
  const std::vector<SizeCurve> sizes = feasible_sizes(problem);
  const NumbersInOrder candidates(problem, sizes);
  const Numbers* best = nullptr;
  std::vector<double> loads;
  double watts = std::numeric_limits<double>::infinity();
  for (const Numbers& numbers : candidates.all()) {
    const double equal = watts * (1 + equal_within);
    if (numbers.bound > equal) break;
    const double unused = numbers.unused_gpus * problem.unused_gpu_watts;
    const auto sharing = LoadSharing(sizes, numbers, problem.load, equal - unused).best();
    if (!sharing) continue;
    const double found = sharing->watts + unused;
    if (best != nullptr && found >= watts * (1 - equal_within) && !preferred(numbers, *best)) continue;
    best = &numbers;
    loads = sharing->loads;
    watts = found;
  }
  if (best == nullptr) return std::nullopt;
  return split_of(sizes, *best, loads, watts);
}

}  // namespace headroom
