#include "engine/smoothing.hpp"

#include <algorithm>

#include "policy/builtin.hpp"

namespace headroom {

void SmoothingStage::fields(Fields& f) {
  f("enabled", enabled, "whether it is used");
  f.part(*smoother);
}

SmoothingConfig::SmoothingConfig() {
  for (const auto& kind : builtin_smoothers()) stages.push_back({kind.kind, false, kind.make()});
}

void SmoothingConfig::fields(Fields& f) {
  const auto kinds = builtin_smoothers();
  for (std::size_t i = 0; i < stages.size(); ++i) f(stages[i].kind, stages[i], kinds[i].doc);
}

Seconds SmoothingConfig::settling() const {
  Seconds longest;
  for (const auto& stage : stages)
    if (stage.enabled) longest = std::max(longest, stage.smoother->settling());
  return longest;
}

std::vector<std::unique_ptr<Smoother>> SmoothingConfig::make(SmootherPlace place) const {
  std::vector<std::unique_ptr<Smoother>> made;
  for (const auto& stage : stages)
    if (stage.enabled && stage.smoother->place() == place) made.push_back(stage.smoother->clone());
  return made;
}

}  // namespace headroom
