#include "report/consequences.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "compare/comparison.hpp"
#include "report/lookup.hpp"

namespace headroom {
namespace {

/// A group of values; a pointer belongs to the first group of which it begins so and contains this.
struct Group {
  const char* name;
  const char* begins;
  const char* contains;
};

constexpr std::array<Group, 15> kGroups = {{{"Trips, brakes and throttling", "/throttle", ""},
                                            {"Power against budgets", "/power", "telemetry_peak_w"},
                                            {"Power against budgets", "/power", "above_budget_s"},
                                            {"Requests", "/requests", ""},
                                            {"Requests", "/slo", ""},
                                            {"Requests", "/classes", "/requests/"},
                                            {"Requests", "/classes", "/slo/"},
                                            {"Latency", "/classes", "/latency/"},
                                            {"Latency", "/latency", ""},
                                            {"Temperature", "/thermal", ""},
                                            {"Energy", "/energy", ""},
                                            {"Energy", "/carbon_kg", ""},
                                            {"Energy", "/cost_usd", ""},
                                            {"Training and grid", "/smoothing", ""},
                                            {"Training and grid", "/grid", ""}}};
constexpr std::array<const char*, 8> kOrder = {"Trips, brakes and throttling",
                                               "Power against budgets",
                                               "Requests",
                                               "Latency",
                                               "Temperature",
                                               "Energy",
                                               "Training and grid",
                                               "Everything else"};

bool is_rounding(std::string_view pointer) {
  return pointer.starts_with("/checks/");
}

std::string_view group_of(std::string_view pointer) {
  for (const Group& group : kGroups)
    if (pointer.starts_with(group.begins) && pointer.find(group.contains) != std::string_view::npos) return group.name;
  return kOrder.back();
}

Json move_of(const Move& move) {
  Json json = {{"pointer", move.pointer}};
  if (move.base) json["base"] = *move.base;
  if (move.now) json["now"] = *move.now;
  if (move.relative_fraction) json["relative_fraction"] = *move.relative_fraction;
  return json;
}

}  // namespace

Json consequences_of(const RunOutput& base, const RunOutput& run) {
  const auto table = [](const RunOutput& output) {
    return read_result((std::filesystem::path(output.folder) / "summary.json").string());
  };
  const Comparison comparison = compare(table(base), table(run), Tolerances());
  Json groups = Json::array();
  for (const char* name : kOrder) {
    Json moves = Json::array();
    for (const Move& move : comparison.moved)
      if (!is_rounding(move.pointer) && group_of(move.pointer) == name) moves.push_back(move_of(move));
    if (!moves.empty()) groups.push_back({{"name", name}, {"moves", std::move(moves)}});
  }
  return {{"base", base.name},
          {"compared", comparison.compared},
          {"equal", comparison.equal},
          {"groups", std::move(groups)}};
}

}  // namespace headroom
