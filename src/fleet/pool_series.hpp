#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/prefetch.hpp"
#include "headroom/id.hpp"
#include "metrics/binned_rows.hpp"
#include "metrics/series_result.hpp"
#include "serving/instance.hpp"

namespace headroom {

/// What the pools do over time: requests that run and wait, exact means over each bin, and tokens. Those of a run of
/// equal steps are spread evenly over the time it took; first tokens, too.
class PoolSeries {
 public:
  explicit PoolSeries(std::optional<Seconds> bin) : bins_(bin) {}

  void add_pool() {
    bins_.add_row();
    pools_.emplace_back();
  }
  /// Of the next id.
  void add_instance(PoolId pool) { seen_.push_back({.pool = pool}); }
  /// Of an instance that will be touched soon.
  void prefetch(InstanceId id) const { headroom::prefetch(&seen_[id.index()]); }
  /// Books what an instance has done since it was looked at last.
  void touched(InstanceId id, const Instance& instance, Seconds now) {
    while (now.value() > bins_.end()) advance();
    Seen& seen = seen_[id.index()];
    if (const std::uint32_t running = instance.running(); running != seen.running)
      change(seen.pool, &Pool::running, &Bin::running_s, std::int64_t{running} - std::exchange(seen.running, running),
             now);
    if (const std::uint32_t waiting = instance.waiting(); waiting != seen.waiting)
      change(seen.pool, &Pool::waiting, &Bin::waiting_s, std::int64_t{waiting} - std::exchange(seen.waiting, waiting),
             now);
    if (const std::uint64_t done = instance.totals().output_tokens + instance.totals().prompt_tokens; done != seen.done)
      count(seen, instance, now.value());
  }
  /// An instance belongs to another pool from now on.
  void assigned(InstanceId id, PoolId pool, Seconds now);
  /// Up to now; pools in their order, without names. May be called once.
  void finish(Seconds now, SeriesResult& series);

 private:
  struct Bin {
    double running_s = 0, waiting_s = 0;  ///< requests times seconds, as if nothing changed until the bin ends
    double prompt_tokens = 0, output_tokens = 0;
    void add(const Bin& other);
  };
  struct Pool {
    std::int64_t running = 0, waiting = 0;
  };
  /// What an instance was seen to have, in one line of cache.
  struct alignas(32) Seen {
    PoolId pool;
    std::uint32_t running = 0, waiting = 0;
    std::uint64_t output_tokens = 0, done = 0;  ///< `done` with those of prompts
  };
  void change(PoolId pool, std::int64_t Pool::*of, double Bin::*sum, std::int64_t by, Seconds now) {
    pools_[pool.index()].*of += by;
    bins_[pool.index()].back().*sum += static_cast<double>(by) * (bins_.end() - now.value());
  }
  void advance();
  void count(Seen& seen, const Instance& instance, double now);
  void spread(std::size_t pool, double prompt_tokens, double output_tokens, double from, double to);

  BinnedRows<Bin> bins_;
  std::vector<Pool> pools_;
  std::vector<Seen> seen_;  ///< by instance
};

}  // namespace headroom
