#include "compare/topic.hpp"

#include <algorithm>
#include <cstddef>

namespace headroom {
namespace {

/// A pointer belongs to the first topic of which it begins so and contains this.
struct TopicRule {
  std::string_view topic, begins, contains;
};

constexpr std::array<TopicRule, 15> kTopicRules = {{{"Trips, brakes and throttling", "/throttle", ""},
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
constexpr std::string_view kImpact = "/impact_fraction";

}  // namespace

std::size_t topic_of(std::string_view pointer) {
  if (pointer.starts_with(kImpact)) pointer.remove_prefix(kImpact.size());
  for (const TopicRule& rule : kTopicRules)
    if (pointer.starts_with(rule.begins) && pointer.find(rule.contains) != std::string_view::npos)
      return static_cast<std::size_t>(std::ranges::find(kTopics, rule.topic) - kTopics.begin());
  return kTopics.size() - 1;
}

bool is_rounding(std::string_view pointer) {
  return pointer.starts_with("/checks/");
}

}  // namespace headroom
