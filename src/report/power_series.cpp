#include "report/power_series.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "base/problem.hpp"
#include "report/lookup.hpp"

namespace headroom {
namespace {

using Merge = double(std::span<const double>);

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}
double least(std::span<const double> values) {
  return std::ranges::min(values);
}
double largest(std::span<const double> values) {
  return std::ranges::max(values);
}

std::vector<double> merged(std::span<const double> values, std::size_t together, Merge* merge) {
  std::vector<double> bins;
  for (std::size_t at = 0; at < values.size(); at += together)
    bins.push_back(merge(values.subspan(at, std::min(together, values.size() - at))));
  return bins;
}

}  // namespace

BinnedRecord power_of(const RunOutput& run) {
  BinnedRecord record;
  if (run.power.is_null()) return record;
  record.start_s = count_at(run.power, "/start_s");
  record.bin_s = count_at(run.power, "/bin_s");
  if (record.bin_s <= 0) throw InputError(run.where("power.json", "/bin_s"), "must be a number above 0");
  for (const auto& [name, node] : part_at(run.power, "/nodes").items()) {
    const auto numbers = [&](const char* key) {
      const std::string pointer = "/nodes/" + pointer_step(name) + "/" + key;
      const Json* list = found(run.power, pointer);
      return numbers_of(list ? *list : Json(), run.where("power.json", pointer));
    };
    BinnedPower& series =
        record.nodes.emplace_back(BinnedPower{name, numbers("mean_w"), numbers("min_w"), numbers("max_w")});
    const std::size_t bins = record.nodes.front().mean_w.size();
    if (series.mean_w.size() != bins || series.min_w.size() != bins || series.max_w.size() != bins)
      throw InputError(run.where("power.json", "/nodes/" + pointer_step(name)), "all series must be of one length");
  }
  return record;
}

BinnedPower coarser(const BinnedPower& series, std::size_t together) {
  return {series.node, merged(series.mean_w, together, mean), merged(series.min_w, together, least),
          merged(series.max_w, together, largest)};
}

}  // namespace headroom
