#include "app/random_placements.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.hpp"
#include "facility/inlet_offsets.hpp"
#include "facility/server_power.hpp"
#include "facility/site.hpp"
#include "model/thermal/die_sink.hpp"
#include "thermal/gpu_spread.hpp"

namespace headroom {
namespace {

OverPlacements over(std::vector<double> values) {
  std::ranges::sort(values);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return {values.front(), values[values.size() / 2], sum / static_cast<double>(values.size()), values.back()};
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n,
               mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// Where servers stand, and how warm they get.
struct PlacedServers {
  std::vector<Celsius> ambient;
  std::vector<DieSink> hottest;  ///< GPU of each
  std::vector<std::size_t> row;
  std::size_t rows = 0;
};

PlacedServers placed_servers(const Scenario& scenario, double load_fraction) {
  const Site site(scenario.site);
  const ThermalSpec& thermal = *scenario.hardware.thermal;
  const std::size_t gpus = scenario.hardware.server.gpus, count = site.servers();
  const GpuSpread spread(scenario.seed, std::vector<const HardwareConfig*>(count, &scenario.hardware));
  OffsetStreams streams{RandomStream(scenario.seed, "thermal/racks"), RandomStream(scenario.seed, "thermal/rows")};
  const std::vector<Kelvin> offsets = inlet_offsets(scenario.cooling->offsets, site, streams);
  const Celsius mean =
      scenario.cooling->inlet.value->inlet(scenario.cooling->outside.value->at(Seconds()), load_fraction);
  PlacedServers servers;
  std::map<std::size_t, std::size_t> rows;  // by node
  for (std::size_t i = 0; i < count; ++i) {
    servers.row.push_back(rows.try_emplace(row_of(site, i).index(), rows.size()).first->second);
    servers.ambient.push_back(thermal.ambient(mean + offsets[i]));
    servers.hottest.emplace_back(thermal, spread.factor(i, spread.hottest(i, 0, gpus)));
  }
  servers.rows = rows.size();
  return servers;
}

}  // namespace

RandomPlacements random_placements(const Scenario& scenario, std::span<const double> levels, std::size_t permutations,
                                   std::uint64_t seed) {
  const HardwareConfig& type = scenario.hardware;
  const ServerPower server(type.server, type.gpu.tdp);
  std::vector<double> gpu_w, input_w;
  for (const double level : levels) {
    gpu_w.push_back(std::max(type.gpu_power.idle.value(), level * type.gpu.tdp.value()));
    input_w.push_back(server.inlet(Power(gpu_w.back() * type.server.gpus)).value());
  }
  const double rated = type.server.rated.value() * static_cast<double>(levels.size());
  const PlacedServers servers = placed_servers(scenario, std::accumulate(input_w.begin(), input_w.end(), 0.0) / rated);
  RandomStream order(seed, "placements");
  std::vector<std::size_t> placed(levels.size());
  std::iota(placed.begin(), placed.end(), std::size_t{0});
  std::vector<double> hottest, peaks, rows;
  for (std::size_t p = 0; p < permutations; ++p) {
    for (std::size_t i = placed.size(); i > 1; --i) std::swap(placed[i - 1], placed[order.integer(0, i - 1)]);
    double warmest = -273;
    rows.assign(servers.rows, 0.0);
    for (std::size_t i = 0; i < placed.size(); ++i) {
      warmest = std::max(warmest, servers.hottest[i].steady(Power(gpu_w[placed[i]]), servers.ambient[i]).die().value());
      rows[servers.row[i]] += input_w[placed[i]];
    }
    hottest.push_back(warmest);
    peaks.push_back(*std::ranges::max_element(rows));
  }
  const double r = correlation(hottest, peaks);
  return {over(std::move(hottest)), over(std::move(peaks)), r};
}

}  // namespace headroom
