#include "profile/profile_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "config/csv.hpp"

namespace headroom {
namespace {

constexpr std::array<const char*, 12> columns{
    "service",      "variant", "hardware",        "gpus",       "pool",     "clock_mhz", "largest_tokens_per_s",
    "tokens_per_s", "gpu_w",   "gpu_j_per_token", "ttft_p99_s", "tbt_p99_s"};

Json curve_json(const ProfileCurve& curve, Hertz clock) {
  Json loads = Json::array(), watts = Json::array();
  for (const LoadPoint& point : curve.power) {
    loads.push_back(point.tokens_per_s);
    watts.push_back(point.watts);
  }
  return {{"clock_mhz", clock.value() / 1e6}, {"largest_tokens_per_s", curve.largest_load()},
          {"tokens_per_s", std::move(loads)}, {"gpu_w", std::move(watts)},
          {"ttft_p99_s", curve.ttft_s},       {"tbt_p99_s", curve.tbt_s}};
}

void expect(bool holds) {
  if (!holds) throw std::runtime_error("not the profile that was asked for");
}

ProfileCurve curve_of(const Json& json, Hertz clock) {
  expect(same_clock(Hertz(json.at("clock_mhz").get<double>() * 1e6), clock));
  ProfileCurve curve;
  const auto loads = json.at("tokens_per_s").get<std::vector<double>>();
  const auto watts = json.at("gpu_w").get<std::vector<double>>();
  curve.ttft_s = json.at("ttft_p99_s").get<std::vector<double>>();
  curve.tbt_s = json.at("tbt_p99_s").get<std::vector<double>>();
  expect(loads.size() == watts.size() && loads.size() == curve.ttft_s.size() && loads.size() == curve.tbt_s.size());
  expect(std::ranges::adjacent_find(loads, std::greater_equal()) == loads.end());
  for (std::size_t i = 0; i < loads.size(); ++i) curve.power.push_back({loads[i], watts[i]});
  return curve;
}

}  // namespace

Json profile_json(const ProfileTable& profile) {
  Json variants = Json::array();
  for (const auto& variant : profile.variants()) {
    Json pools = Json::array();
    for (std::size_t p = 0; p < variant.curves.size(); ++p) {
      Json clocks = Json::array();
      for (std::size_t c = 0; c < variant.clocks.size(); ++c)
        clocks.push_back(curve_json(variant.curves[p][c], variant.clocks[c]));
      pools.push_back({{"pool", profile.pools()[p].name}, {"clocks", std::move(clocks)}});
    }
    variants.push_back({{"service", variant.service},
                        {"variant", variant.name},
                        {"hardware", variant.hardware},
                        {"gpus", variant.gpus},
                        {"pools", std::move(pools)}});
  }
  Json pools = Json::array();
  for (const auto& pool : profile.pools())
    pools.push_back({{"pool", pool.name}, {"mean_input_tokens", pool.mean_input_tokens}});
  return {{"headroom", HEADROOM_VERSION}, {"pools", std::move(pools)}, {"variants", std::move(variants)}};
}

void read_profile(const Json& json, ProfileTable& profile) {
  const Json& variants = json.at("variants");
  expect(variants.size() == profile.variants().size());
  for (std::size_t v = 0; v < variants.size(); ++v) {
    const Json& pools = variants[v].at("pools");
    expect(pools.size() == profile.pools().size());
    for (std::size_t p = 0; p < pools.size(); ++p) {
      const Json& clocks = pools[p].at("clocks");
      const auto& grid = profile.variants()[v].clocks;
      expect(clocks.size() == grid.size());
      std::vector<ProfileCurve> curves;
      for (std::size_t c = 0; c < grid.size(); ++c) curves.push_back(curve_of(clocks[c], grid[c]));
      profile.put(VariantId(v), PoolId(p), std::move(curves));
    }
  }
}

std::string profile_csv(const ProfileTable& profile) {
  Json rows = Json::array();
  for (const auto& variant : profile.variants())
    for (std::size_t p = 0; p < variant.curves.size(); ++p)
      for (std::size_t c = 0; c < variant.clocks.size(); ++c) {
        const ProfileCurve& curve = variant.curves[p][c];
        for (std::size_t i = 0; i < curve.power.size(); ++i) {
          const auto& [load, watts] = curve.power[i];
          Json& row = rows.emplace_back(Json{{"service", variant.service},
                                             {"variant", variant.name},
                                             {"hardware", variant.hardware},
                                             {"gpus", variant.gpus},
                                             {"pool", profile.pools()[p].name},
                                             {"clock_mhz", variant.clocks[c].value() / 1e6},
                                             {"largest_tokens_per_s", curve.largest_load()},
                                             {"tokens_per_s", load},
                                             {"gpu_w", watts},
                                             {"ttft_p99_s", curve.ttft_s[i]},
                                             {"tbt_p99_s", curve.tbt_s[i]}});
          if (load > 0) row["gpu_j_per_token"] = watts / load;
        }
      }
  return csv_table({columns.begin(), columns.end()}, rows);
}

}  // namespace headroom
