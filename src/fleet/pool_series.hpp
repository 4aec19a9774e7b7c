#pragma once

#include <cstdint>
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
    Seen& seen = seen_[id.index()];
    const InstanceTotals& totals = instance.totals();
    if (seen.running != instance.running() || seen.waiting != instance.waiting() ||
        seen.output_tokens != totals.output_tokens || seen.prompt_tokens != totals.prompt_tokens)
      book(seen, instance, now.value());
  }
  /// An instance belongs to another pool from now on.
  void assigned(InstanceId id, PoolId pool, Seconds now);
  /// Up to now; pools in their order, without names. May be called once.
  void finish(Seconds now, SeriesResult& series);

 private:
  struct Bin {
    double running_s = 0, waiting_s = 0;  ///< requests times seconds
    double prompt_tokens = 0, output_tokens = 0;
    void add(const Bin& other);
  };
  struct Pool {
    double running = 0, waiting = 0;
    double since = 0;
  };
  /// What an instance was seen to have.
  struct Seen {
    PoolId pool;
    std::uint32_t running = 0, waiting = 0;
    std::uint64_t prompt_tokens = 0, output_tokens = 0;
  };
  void book(Seen& seen, const Instance& instance, double now);
  void book_until(std::size_t pool, double now);
  void spread(std::size_t pool, double prompt_tokens, double output_tokens, double from, double to);

  BinnedRows<Bin> bins_;
  std::vector<Pool> pools_;
  std::vector<Seen> seen_;  ///< by instance
};

}  // namespace headroom
