#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  /// Books what an instance has done since it was looked at last.
  void touched(InstanceId id, const Instance& instance, Seconds now) {
    while (now.value() > bins_.end()) advance();
    Seen& seen = seen_[id.index()];
    change(seen.pool, std::int64_t{instance.running()} - seen.running, std::int64_t{instance.waiting()} - seen.waiting,
           now.value());
    seen.running = instance.running();
    seen.waiting = instance.waiting();
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
  /// What an instance was seen to have.
  struct Seen {
    PoolId pool;
    std::uint32_t running = 0, waiting = 0;
    std::uint64_t output_tokens = 0, done = 0;  ///< `done` with those of prompts
  };
  void change(PoolId pool, std::int64_t running, std::int64_t waiting, double now) {
    Pool& of = pools_[pool.index()];
    of.running += running;
    of.waiting += waiting;
    Bin& bin = bins_[pool.index()].back();
    const double left = bins_.end() - now;
    bin.running_s += static_cast<double>(running) * left;
    bin.waiting_s += static_cast<double>(waiting) * left;
  }
  void advance();
  void count(Seen& seen, const Instance& instance, double now);
  void spread(std::size_t pool, double prompt_tokens, double output_tokens, double from, double to);

  BinnedRows<Bin> bins_;
  std::vector<Pool> pools_;
  std::vector<Seen> seen_;  ///< by instance
};

}  // namespace headroom
