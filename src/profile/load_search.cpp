#include "profile/load_search.hpp"

#include <algorithm>
#include <numbers>
#include <utility>

namespace headroom {
namespace {

/// Of the load that its steady state sustains: below it a variant counts as of no use to a pool.
constexpr double kLeastShare = 0.01;
/// How far apart a load that keeps the targets and one that does not may be in the end, over the latter.
constexpr double kPrecision = 0.01;
/// Loads below the first step: from its sixteenth on by factors of the root of 2.
constexpr double kFirstPart = 16;
constexpr int kBelowFirst = 8;

/// The search for one variant and pool.
class LoadSearch {
 public:
  LoadSearch(const ProfileSurroundings& around, const ProfileTask& task)
      : around_(around),
        task_(task),
        sample_(around.requests.pools[task.pool.index()]),
        variant_(around.variants[task.variant]),
        grid_(around.scenario.profile_grid()),
        arrivals_(sample_, grid_.requests, grid_.seed),
        instance_{variant_.instance, around.scenario.policy.batching, around.requests.targets, grid_.tbt} {}

  [[nodiscard]] PointResult run(double load, Hertz clock) const { return run_point(instance_, arrivals_, clock, load); }

  /// Input tokens a second that the steady state of mean requests sustains.
  [[nodiscard]] double sustained(Hertz clock) const {
    const double input = sample_.mean_input_tokens(), output = sample_.mean_output_tokens();
    const auto holds = [&](double rate) {
      return around_.catalogue.estimate(task_.variant, {rate, input, output}, clock).sustained;
    };
    double low = kSlowest, high = 2 * kSlowest;
    if (!holds(low)) return 0;
    while (holds(high)) low = std::exchange(high, 2 * high);
    while (high - low > kPrecision / 10 * high) (holds((low + high) / 2) ? low : high) = (low + high) / 2;
    return low * input;
  }

  /// The largest load that keeps the targets; `low` does.
  [[nodiscard]] double largest(double low, double high, Hertz clock) const {
    if (low >= high || run(high, clock).keeps_slo()) return std::max(low, high);
    while (high - low > kPrecision * high) {
      const double middle = (low + high) / 2;
      (run(middle, clock).keeps_slo() ? low : high) = middle;
    }
    return low;
  }

  /// In equal steps up to a largest load, and more closely below the first, where power rises most; without any load
  /// latencies are those of `alone`.
  [[nodiscard]] ProfileCurve curve(double largest, const PointResult& alone, Hertz clock) const {
    ProfileCurve curve;
    const auto add = [&](double load, const PointResult& result) {
      curve.power.push_back({load, result.gpus.value()});
      curve.ttft_s.push_back(result.ttft_p99.value());
      curve.tbt_s.push_back(result.tbt_p99.value());
    };
    PointResult idle = alone;
    idle.gpus = variant_.model.power->idle_loaded() * static_cast<double>(variant_.spec.gpus);
    add(0, idle);
    const auto measure = [&](double load) { add(load, run(load, clock)); };
    double load = largest / grid_.loads / kFirstPart;
    for (int i = 0; i < kBelowFirst; ++i, load *= std::numbers::sqrt2) measure(load);
    for (std::uint32_t i = 1; i <= grid_.loads; ++i) measure(largest * i / grid_.loads);
    return curve;
  }

 private:
  static constexpr double kSlowest = 1e-4;  // requests a second

  const ProfileSurroundings& around_;
  const ProfileTask& task_;
  const PoolSample& sample_;
  const RunningVariant& variant_;
  ProfileConfig grid_;
  PoolArrivals arrivals_;
  ProfiledInstance instance_;
};

}  // namespace

ProfiledVariant profile_variant(const ProfileSurroundings& around, const ProfileTask& task,
                                std::span<const Hertz> clocks) {
  const LoadSearch search(around, task);
  ProfiledVariant profiled;
  double largest = 0;  // at the clock before
  for (const Hertz clock : clocks) {
    profiled.by_clock.emplace_back();
    const double most = search.sustained(clock);
    const double least = kLeastShare * most;
    profiled.alone = search.run(most > 0 ? least : 1.0, clock);
    if (largest == 0 && (most == 0 || !profiled.alone.keeps_slo())) continue;
    largest = search.largest(std::max(largest, least), most, clock);
    profiled.by_clock.back() = search.curve(largest, profiled.alone, clock);
  }
  return profiled;
}

}  // namespace headroom
