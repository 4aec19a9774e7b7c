#include "fleet/pool_series.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

void PoolSeries::Bin::add(const Bin& other) {
  running_s += other.running_s;
  waiting_s += other.waiting_s;
  prompt_tokens += other.prompt_tokens;
  output_tokens += other.output_tokens;
}

void PoolSeries::book(Seen& seen, const Instance& instance, double now) {
  const std::size_t row = seen.pool.index();
  const InstanceTotals& totals = instance.totals();
  book_until(row, now);
  if (seen.output_tokens != totals.output_tokens || seen.prompt_tokens != totals.prompt_tokens)
    spread(row, static_cast<double>(totals.prompt_tokens - seen.prompt_tokens),
           static_cast<double>(totals.output_tokens - seen.output_tokens), instance.worked_since().value(), now);
  Pool& pool = pools_[row];
  pool.running += static_cast<double>(instance.running()) - seen.running;
  pool.waiting += static_cast<double>(instance.waiting()) - seen.waiting;
  seen = {seen.pool, instance.running(), instance.waiting(), totals.prompt_tokens, totals.output_tokens};
}

/// Books what runs and waits, which has not changed since it was booked last; the pool has a bin for `now` then.
void PoolSeries::book_until(std::size_t row, double now) {
  Pool& pool = pools_[row];
  while (bins_[row].empty() || now > bins_.end(row)) {
    if (const double until = bins_.end(row); until > pool.since) {
      bins_[row].back().running_s += pool.running * (until - pool.since);
      bins_[row].back().waiting_s += pool.waiting * (until - pool.since);
      pool.since = until;
    }
    bins_.grow(row);
  }
  Bin& bin = bins_[row].back();
  bin.running_s += pool.running * (now - pool.since);
  bin.waiting_s += pool.waiting * (now - pool.since);
  pool.since = now;
}

void PoolSeries::spread(std::size_t row, double prompt_tokens, double output_tokens, double from, double to) {
  std::vector<Bin>& bins = bins_[row];
  const double width = bins_.bin_s();
  if (from >= width * static_cast<double>(bins.size() - 1)) {
    bins.back().prompt_tokens += prompt_tokens;
    bins.back().output_tokens += output_tokens;
    return;
  }
  for (auto i = static_cast<std::size_t>(from / width); i < bins.size(); ++i) {
    const double begin = std::max(from, width * static_cast<double>(i));
    const double end = std::min(to, width * static_cast<double>(i + 1));
    const double part = std::max(end - begin, 0.0) / (to - from);
    bins[i].prompt_tokens += prompt_tokens * part;
    bins[i].output_tokens += output_tokens * part;
  }
}

void PoolSeries::assigned(InstanceId id, PoolId to, Seconds now) {
  Seen& seen = seen_[id.index()];
  for (const PoolId pool : {seen.pool, to}) book_until(pool.index(), now.value());
  pools_[seen.pool.index()].running -= seen.running;
  pools_[seen.pool.index()].waiting -= seen.waiting;
  pools_[to.index()].running += seen.running;
  pools_[to.index()].waiting += seen.waiting;
  seen.pool = to;
}

void PoolSeries::finish(Seconds now, SeriesResult& series) {
  for (std::size_t row = 0; row < pools_.size(); ++row) book_until(row, now.value());
  series.bin = Seconds(bins_.bin_s());
  for (std::size_t row = 0; row < pools_.size(); ++row) {
    SeriesResult::Pool& pool = series.pools.emplace_back();
    for (std::size_t i = 0; i < bins_[row].size(); ++i) {
      const double width = std::min(series.bin.value(), now.value() - series.bin.value() * static_cast<double>(i));
      if (width <= 0) break;
      const Bin& bin = bins_[row][i];
      pool.running.push_back(bin.running_s / width);
      pool.waiting.push_back(bin.waiting_s / width);
      pool.prompt_tokens_per_s.push_back(bin.prompt_tokens / width);
      pool.output_tokens_per_s.push_back(bin.output_tokens / width);
    }
  }
}

}  // namespace headroom
