#pragma once

#include <cstdint>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "profile/pool_sample.hpp"
#include "scenario/profile_config.hpp"
#include "serving/instance.hpp"

namespace headroom {

/// Requests of a pool as a Poisson process, the same at each load but for the pace: pairs of lengths spread evenly over
/// the sample, in random order. The measured ones, behind those that warm up, bring the load exactly.
class PoolArrivals {
 public:
  /// `sample` holds a request at least.
  PoolArrivals(const PoolSample& sample, std::uint32_t measured, std::uint64_t seed);

  [[nodiscard]] std::size_t size() const { return requests_.size(); }
  [[nodiscard]] std::size_t warmup() const { return warmup_; }
  /// The i-th at a load in input tokens a second.
  [[nodiscard]] Request at(std::size_t i, double tokens_per_s) const;
  /// When the next after the last would come.
  [[nodiscard]] Seconds end(double tokens_per_s) const { return Seconds(end_ / tokens_per_s); }

 private:
  std::vector<Request> requests_;  ///< their arrivals at a load of one token a second
  std::size_t warmup_;
  double end_ = 0;
};

/// An instance that is profiled: what it is, how it batches, at which clock, and what it is held to.
struct ProfiledInstance {
  const InstanceSpec& spec;
  const Recipe<BatchScheduler>& batching;
  const std::vector<SloTargets>& targets;  ///< by class
  ProfiledTbt tbt = ProfiledTbt::mean;
};

/// What a run of one instance under one load gave.
struct PointResult {
  Power gpus{};  ///< mean of all its GPUs, from the first measured arrival to the end of arrivals
  Seconds ttft_p99{}, tbt_p99{};
  double worst = 0;  ///< the largest 99th percentile of a latency over its target; infinite where too many are rejected
  [[nodiscard]] bool keeps_slo() const { return worst <= 1; }
};

/// Plays the arrivals through an instance of its own. Requests that it rejects, or cannot hold, count as late.
[[nodiscard]] PointResult run_point(const ProfiledInstance& instance, const PoolArrivals& arrivals, Hertz clock,
                                    double tokens_per_s);

}  // namespace headroom
