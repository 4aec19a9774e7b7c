#include "scenario/smoothing.hpp"

#include <algorithm>

#include "policy/builtin.hpp"

namespace headroom {

void SmoothingStage::fields(Fields& f) {
  f("enabled", enabled, "whether it is used");
  f.part(*smoother.value);
}

SmoothingConfig::SmoothingConfig() {
  for (const auto& kind : builtin_smoothers())
    stages.push_back({Choice<Smoother>{builtin_smoothers(), std::string(kind.kind), kind.make()}, false});
}

void SmoothingConfig::fields(Fields& f) {
  const auto kinds = builtin_smoothers();
  for (std::size_t i = 0; i < stages.size(); ++i) f(kinds[i].kind, stages[i], kinds[i].doc);
}

Seconds SmoothingConfig::settling() const {
  Seconds longest;
  for (const auto& stage : stages)
    if (stage.enabled) longest = std::max(longest, stage.smoother.value->settling());
  return longest;
}

std::vector<std::unique_ptr<Smoother>> SmoothingConfig::make(SmootherPlace place) const {
  std::vector<std::unique_ptr<Smoother>> made;
  for (const auto& stage : stages)
    if (stage.enabled && stage.smoother.value->place() == place) made.push_back(stage.smoother.make());
  return made;
}

}  // namespace headroom
