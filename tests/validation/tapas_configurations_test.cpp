#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "config/folders.hpp"
#include "policy/tapas/configurations.hpp"
#include "scenario/model_catalogue.hpp"
#include "scenario/scenario.hpp"

namespace headroom::test {
namespace {

/// A DGX-A100 that serves configs/service/llama2_endpoint.json.
LoadedScenario endpoint() {
  const auto file = std::filesystem::path(testing::TempDir()) / "tapas_endpoint.json";
  std::ofstream(file)
      << R"({"name": "endpoint", "duration_s": 1, "hardware": "dgx_a100", "site": {"servers": 1, "levels": [{"name": "rack"}]},
    "serving": {"include": ")"
      << std::filesystem::absolute("configs/service/llama2_endpoint.json").string() << R"("},
    "workload": {"synthetic": {"rate_per_s": 1, "classes": [{"name": "chat", "input": {"kind": "fixed", "tokens": 1155}, "output": {"kind": "fixed", "tokens": 211}}]}},
    "policy": "none"})";
  return load_scenario(file.string(), ConfigFolders({}), {});
}

/// TAPAS figure 17: best goodputs of 70B, 13B and 7B as .29 : .69 : 1, each within .08; power of the 70B configurations
/// from .21 of the largest on. With one stack for all three, that of 2025.
TEST(TapasConfigurations, StandAsInFigure17) {
  const LoadedScenario loaded = endpoint();
  const ModelCatalogue catalogue(loaded.scenario);
  World world;
  world.catalogue = &catalogue;
  world.most_sequences = 64;
  world.clocks = {{Hertz(810e6), Hertz(1110e6), Hertz(1410e6)}};
  std::map<std::size_t, std::string> models;
  for (const VariantSpec& spec : variants_of(loaded.scenario)) {
    models[world.variants.size()] = spec.model.name.substr(0, spec.model.name.find("b") + 1);
    world.variants.push_back({.name = spec.name,
                              .service = spec.service,
                              .server_type = spec.server_type,
                              .gpus = static_cast<std::uint16_t>(spec.gpus),
                              .quality = spec.quality});
  }
  const auto all = configurations_of(world, VariantId(0), {});
  std::map<std::string, double> best, least_w, most_w;
  for (const Configuration& one : all) {
    const std::string& model = models.at(one.variant.index());
    best[model] = std::max(best[model], one.goodput_per_s);
    const double w = one.instance_w.back() + 61.0 * (8 - one.gpus);
    most_w[model] = std::max(most_w[model], w);
    least_w[model] = least_w[model] == 0 ? w : std::min(least_w[model], w);
  }
  const double most = best["llama2_7b"];
  EXPECT_EQ(all.size(), 162U);
  EXPECT_NEAR(best["llama2_70b"] / most, .29, .08);
  EXPECT_NEAR(best["llama2_13b"] / most, .69, .08);
  EXPECT_NEAR(least_w["llama2_70b"] / most_w["llama2_70b"], .21, .08);
}

}  // namespace
}  // namespace headroom::test
