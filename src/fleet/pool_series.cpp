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

void PoolSeries::advance() {
  bins_.advance();
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    Bin& bin = bins_[i].back();
    bin.running_s = static_cast<double>(pools_[i].running) * bins_.bin_s();
    bin.waiting_s = static_cast<double>(pools_[i].waiting) * bins_.bin_s();
  }
}

void PoolSeries::count(Seen& seen, const Instance& instance, double now) {
  const std::uint64_t output = instance.totals().output_tokens - seen.output_tokens;
  const std::uint64_t done = instance.totals().output_tokens + instance.totals().prompt_tokens;
  spread(seen.pool.index(), static_cast<double>(done - seen.done - output), static_cast<double>(output),
         instance.worked_since().value(), now);
  seen.output_tokens += output;
  seen.done = done;
}

void PoolSeries::spread(std::size_t row, double prompt_tokens, double output_tokens, double from, double to) {
  std::vector<Bin>& bins = bins_[row];
  if (from >= bins_.begin()) {
    bins.back().prompt_tokens += prompt_tokens;
    bins.back().output_tokens += output_tokens;
    return;
  }
  const double width = bins_.bin_s();
  for (auto i = static_cast<std::size_t>(from / width); i < bins.size(); ++i) {
    const double begin = std::max(from, width * static_cast<double>(i));
    const double end = std::min(to, width * static_cast<double>(i + 1));
    const double part = std::max(end - begin, 0.0) / (to - from);
    bins[i].prompt_tokens += prompt_tokens * part;
    bins[i].output_tokens += output_tokens * part;
  }
}

void PoolSeries::assigned(InstanceId id, PoolId to, Seconds now) {
  while (now.value() > bins_.end()) advance();
  Seen& seen = seen_[id.index()];
  change(seen.pool, &Pool::running, &Bin::running_s, -std::int64_t{seen.running}, now);
  change(seen.pool, &Pool::waiting, &Bin::waiting_s, -std::int64_t{seen.waiting}, now);
  change(to, &Pool::running, &Bin::running_s, seen.running, now);
  change(to, &Pool::waiting, &Bin::waiting_s, seen.waiting, now);
  seen.pool = to;
}

void PoolSeries::finish(Seconds now, SeriesResult& series) {
  while (now.value() > bins_.end()) advance();
  series.bin = Seconds(bins_.bin_s());
  const double last = now.value() - bins_.begin();
  for (std::size_t row = 0; row < pools_.size(); ++row) {
    Bin& present = bins_[row].back();
    present.running_s -= static_cast<double>(pools_[row].running) * (bins_.end() - now.value());
    present.waiting_s -= static_cast<double>(pools_[row].waiting) * (bins_.end() - now.value());
    SeriesResult::Pool& pool = series.pools.emplace_back();
    for (const Bin& bin : bins_[row]) {
      const double width = &bin == &present ? last : series.bin.value();
      if (width <= 0) break;
      pool.running.push_back(bin.running_s / width);
      pool.waiting.push_back(bin.waiting_s / width);
      pool.prompt_tokens_per_s.push_back(bin.prompt_tokens / width);
      pool.output_tokens_per_s.push_back(bin.output_tokens / width);
    }
  }
}

}  // namespace headroom
