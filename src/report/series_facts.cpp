#include "report/series_facts.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "report/lookup.hpp"
#include "report/packed_series.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostSeriesBins = 2'000;    ///< of a curve
constexpr std::size_t kMostHeatValues = 300'000;  ///< of a map of racks
constexpr std::size_t kMostHeatColumns = 2'400;   ///< likewise

using Series = std::vector<double>;

/// A file of series: `bin_s` and lists of numbers, all of one length.
class SeriesFile {
 public:
  SeriesFile(const RunOutput& run, const Json& json, const char* file) : run_(run), json_(json), file_(file) {
    if (count_at(json, "/bin_s") <= 0) throw InputError(run.where(file, "/bin_s"), "must be a number above 0");
  }
  [[nodiscard]] double bin_s() const { return count_at(json_, "/bin_s"); }
  [[nodiscard]] Series at(const std::string& pointer) {
    const Json* list = found(json_, pointer);
    Series values = numbers_of(list ? *list : Json(), run_.where(file_, pointer));
    if (!bins_) bins_ = values.size();
    if (values.size() != *bins_) throw InputError(run_.where(file_, pointer), "all series must be of one length");
    return values;
  }
  [[nodiscard]] Series counts_at(const std::string& pointer) {
    Series counts = at(pointer);
    if (std::ranges::any_of(counts, [](double count) { return count < 0; }))
      throw InputError(run_.where(file_, pointer), "must be counts");
    return counts;
  }

 private:
  const RunOutput& run_;
  const Json& json_;
  const char* file_;
  std::optional<std::size_t> bins_;
};

std::size_t together_of(std::size_t bins, std::size_t most) {
  return std::max<std::size_t>(1, (bins + most - 1) / most);
}

/// Calls `merge(first, end)` for each run of so many neighbours.
template <class Merge>
Series in_parts(std::size_t bins, std::size_t together, Merge merge) {
  Series values;
  for (std::size_t at = 0; at < bins; at += together) values.push_back(merge(at, std::min(at + together, bins)));
  return values;
}

Series totals(const Series& values, std::size_t together) {
  return in_parts(values.size(), together, [&](std::size_t first, std::size_t end) {
    return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(first),
                           values.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
  });
}

Series means(const Series& values, std::size_t together) {
  Series list = totals(values, together);
  for (std::size_t i = 0; i < list.size(); ++i)
    list[i] /= static_cast<double>(std::min(together, values.size() - i * together));
  return list;
}

Series maxima(const Series& values, std::size_t together) {
  return in_parts(values.size(), together, [&](std::size_t first, std::size_t end) {
    return *std::max_element(values.begin() + static_cast<std::ptrdiff_t>(first),
                             values.begin() + static_cast<std::ptrdiff_t>(end));
  });
}

/// Means of requests, of which each bin has so many: of all in the bins together.
Series weighted(const Series& values, const Series& counts, std::size_t together) {
  const Series all = totals(counts, together);
  return in_parts(values.size(), together, [&](std::size_t first, std::size_t end) {
    double mean = 0;
    for (std::size_t i = first; i < end; ++i) mean += values[i] * (counts[i] / std::max(all[first / together], 1.0));
    return mean;
  });
}

Json pool_of(SeriesFile& file, const std::string& name, std::size_t together) {
  Json pool = {{"name", name}};
  for (const char* key : {"running", "waiting", "prompt_tokens_per_s", "output_tokens_per_s"})
    pool[key] = packed_series(means(file.at("/pools/" + pointer_step(name) + "/" + key), together));
  return pool;
}

Json class_of(SeriesFile& file, const std::string& name, std::size_t together) {
  const std::string at = "/classes/" + pointer_step(name) + "/";
  const Series completed = file.counts_at(at + "completed");
  Json row = {{"name", name}, {"completed", packed_series(totals(completed, together))}};
  for (const char* key : {"ttft_mean_s", "e2e_mean_s"})
    row[key] = packed_series(weighted(file.at(at + key), completed, together));
  for (const char* key : {"ttft_max_s", "e2e_max_s"}) row[key] = packed_series(maxima(file.at(at + key), together));
  return row;
}

std::size_t series_bins(const Json& series) {
  for (const auto& [name, pool] : part_at(series, "/pools").items()) return part_at(pool, "/running").size();
  return 0;
}

}  // namespace

Json series_facts(const RunOutput& run) {
  if (run.series.is_null()) return nullptr;
  SeriesFile file(run, run.series, "series.json");
  const std::size_t together = together_of(series_bins(run.series), kMostSeriesBins);
  Json pools = Json::array(), classes = Json::array();
  for (const auto& [name, unused] : part_at(run.series, "/pools").items())
    pools.push_back(pool_of(file, name, together));
  for (const auto& [name, unused] : part_at(run.series, "/classes").items())
    classes.push_back(class_of(file, name, together));
  return {{"bin_s", file.bin_s() * static_cast<double>(together)},
          {"pools", std::move(pools)},
          {"classes", std::move(classes)}};
}

Json heat_facts(const RunOutput& run) {
  if (run.heat.is_null()) return nullptr;
  SeriesFile file(run, run.heat, "heat.json");
  const Json& racks = part_at(run.heat, "/racks");
  Json nodes = Json::array(), most = Json::object();
  Series gpu, inlet;
  std::size_t columns = 0, together = 1;
  for (const auto& [name, unused] : racks.items()) {
    const std::string at = "/racks/" + pointer_step(name) + "/";
    const Series dies = file.at(at + "gpu_c"), inlets = file.at(at + "inlet_c");
    if (dies.empty()) return nullptr;
    together =
        together_of(dies.size(), std::min(kMostHeatColumns, std::max<std::size_t>(1, kMostHeatValues / racks.size())));
    for (const auto& [from, to] : {std::pair(&dies, &gpu), std::pair(&inlets, &inlet)}) {
      const Series row = maxima(*from, together);
      columns = row.size();
      to->insert(to->end(), row.begin(), row.end());
    }
    nodes.push_back(name);
    most[name] = std::ranges::max(dies);
  }
  if (nodes.empty()) return nullptr;
  return {{"nodes", std::move(nodes)},
          {"columns", columns},
          {"bin_s", file.bin_s() * static_cast<double>(together)},
          {"gpu_c", packed_series(gpu)},
          {"inlet_c", packed_series(inlet)},
          {"hottest_c", std::move(most)}};
}

}  // namespace headroom
