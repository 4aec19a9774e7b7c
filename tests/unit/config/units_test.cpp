#include "config/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace headroom {
namespace {

/// Numbers without a unit: counts, identifiers, and pure numbers such as exponents. A number that is none of these ends
/// in its unit.
const std::set<std::string, std::less<>> kPureNumbers = {"pue_ratio",
                                                         "mean",
                                                         "most",
                                                         "epoch",
                                                         "epochs",
                                                         "every_epochs",
                                                         "iterations_per_epoch",
                                                         "time_constant_epochs",
                                                         "batch_images",
                                                         "flops_per_image",
                                                         "memory_bytes_per_image",
                                                         "low_ratio",
                                                         "times",
                                                         "parameters",
                                                         "instances",
                                                         "max_prefills",
                                                         "short_deadline_ratio",
                                                         "long_deadline_ratio",
                                                         "pipeline_stages",
                                                         "kv_groups",
                                                         "customers",
                                                         "slo_factor",
                                                         "most_waiting_requests",
                                                         "batches",
                                                         "high_ratio",
                                                         "largest_batch",
                                                         "largest_tensor_parallel",
                                                         "groups",
                                                         "group_least",
                                                         "group_most",
                                                         "requests",
                                                         "flows_per_nic",
                                                         "seed",
                                                         "sample_requests",
                                                         "read_requests",
                                                         "loads",
                                                         "squash_targets",
                                                         "hazard",
                                                         "warm_up_thoughts",
                                                         "keep_min",
                                                         "length_cv",
                                                         "wrong_answers",
                                                         "lambda",
                                                         "logit_noise",
                                                         "skill_per_decade",
                                                         "skill_at_1",
                                                         "skill_sd",
                                                         "difficulty_sd",
                                                         "probabilities",
                                                         "quality_wanted",
                                                         "entry_layer",
                                                         "contexts",
                                                         "load_margin",
                                                         "load_factor",
                                                         "step_budget_tokens_per_gpu",
                                                         "model_draw",
                                                         "mixed_factor",
                                                         "several_factor",
                                                         "column_factors",
                                                         "bytes_per_token",
                                                         "kv_bytes_per_token",
                                                         "max_batch_tasks",
                                                         "starving_after",
                                                         "cycles",
                                                         "quality",
                                                         "target_requests",
                                                         "least_instances",
                                                         "most_instances",
                                                         "servers",
                                                         "holds",
                                                         "gpus",
                                                         "cpu_cores",
                                                         "counts",
                                                         "points",
                                                         "tensor_parallel",
                                                         "max_waiting_requests",
                                                         "copies",
                                                         "gpus_per_processor",
                                                         "time_stretch",
                                                         "share",
                                                         "high_priority_share",
                                                         "cv",
                                                         "on_cv",
                                                         "off_cv",
                                                         "sigma",
                                                         "exponent",
                                                         "fan_exponent",
                                                         "values",
                                                         "layers",
                                                         "sliding_layers",
                                                         "hidden",
                                                         "heads",
                                                         "kv_heads",
                                                         "head_dim",
                                                         "feed_forward",
                                                         "vocabulary",
                                                         "parameters",
                                                         "experts",
                                                         "experts_per_token",
                                                         "shared_feed_forward",
                                                         "dense_layers",
                                                         "overshoot_ratio",
                                                         "compute_ratio",
                                                         "max_batch_sequences",
                                                         "input_data_ratio",
                                                         "pipeline_parallel",
                                                         "count",
                                                         "cohorts",
                                                         "stairs",
                                                         "parts",
                                                         "thresholds",
                                                         "sequences",
                                                         "tokens_p50",
                                                         "tokens_p90",
                                                         "alpha_ratio",
                                                         "multiplexing_ratio",
                                                         "deviation_ratio",
                                                         "most_gpus",
                                                         "most_nodes",
                                                         "usd_per_h",
                                                         "forecast_weight",
                                                         "fraction"};

/// Units of numbers without a C++ type: a unit of the list over another, minutes, per cent.
bool has_plain_unit(std::string_view name) {
  constexpr std::array<std::string_view, 6> units = {"_fraction_per_w", "_kg_per_kwh", "_usd_per_kwh",
                                                     "_usd_per_h",      "_min",        "_percent"};
  for (const auto unit : units)
    if (name.ends_with(unit)) return true;
  return false;
}

/// Walks everything a scenario can say and collects the names that break the rule.
class UnitWalk : public Fields {
 public:
  std::vector<std::string> wrong;
  std::size_t seen = 0;

 protected:
  void visit(const Field& field, const Slot& slot) override {
    const std::string before = pointer_;
    pointer_ += "/" + std::string(field.name);
    walk(field, slot);
    pointer_ = before;
  }

 private:
  void walk(const Field& field, const Slot& slot) {
    if (const auto* number = std::get_if<NumberSlot>(&slot)) check(field, number->dimension);
    else if (std::holds_alternative<IntegerSlot>(slot)) check(field, std::nullopt);
    else if (const auto* object = std::get_if<ObjectSlot>(&slot)) object->walk(*this);
    else if (const auto* optional = std::get_if<OptionalSlot>(&slot)) walk(field, optional->emplace());
    else if (const auto* list = std::get_if<ListSlot>(&slot)) walk(field, list->append());
    else if (const auto* map = std::get_if<MapSlot>(&slot)) walk(field, map->at("NAME"));
    else if (const auto* choice = std::get_if<ChoiceSlot>(&slot))
      for (const auto& alternative : choice->alternatives) choice->choose(alternative.kind).walk(*this);
  }

  void check(const Field& field, const std::optional<Dimension>& dimension) {
    ++seen;
    const auto unit = unit_of(field.name);
    const bool pure = kPureNumbers.contains(field.name) || field.name == "tokens";
    if (dimension ? !unit || unit->dimension != dimension : !unit && !pure && !has_plain_unit(field.name))
      wrong.push_back(pointer_ + (dimension ? " is a quantity, its name must end in a unit of its dimension"
                                            : " is a number, its name must end in a unit"));
  }

  std::string pointer_;
};

TEST(Units, EveryNumberOfAScenarioIsNamedByItsUnit) {
  Scenario scenario;
  UnitWalk walk;
  scenario.fields(walk);
  EXPECT_THAT(walk.wrong, ::testing::IsEmpty());
  EXPECT_GT(walk.seen, 100u);
}

TEST(Units, AreFoundByTheLongestEnding) {
  EXPECT_EQ(unit_of("power_w")->si, 1.0);
  EXPECT_EQ(unit_of("power_kw")->si, 1e3);
  EXPECT_EQ(unit_of("energy_kwh")->si, 3.6e6);
  EXPECT_EQ(unit_of("delay_ms")->si, 1e-3);
  EXPECT_EQ(unit_of("clock_mhz")->si, 1e6);
  EXPECT_EQ(unit_of("memory_gib")->si, 1073741824.0);
  EXPECT_EQ(unit_of("resistance_k_per_w")->dimension, (Dimension{-1, 1, 1}));
  EXPECT_EQ(unit_of("rise_k")->dimension, (Dimension{0, 0, 1, false}));
  EXPECT_EQ(unit_of("inlet_c")->dimension, (Dimension{0, 0, 1, true}));
  EXPECT_EQ(unit_of("rate_per_s")->suffix, "_per_s");
  EXPECT_EQ(unit_of("ramp_up_w_per_s")->dimension, (Dimension{1, -2}));
  EXPECT_EQ(unit_of("charge_w_per_gpu")->dimension, (Dimension{1, -1}));
  EXPECT_EQ(unit_of("capacity_j_per_gpu")->dimension, (Dimension{1, 0}));
  EXPECT_FALSE(unit_of("count"));
  EXPECT_FALSE(unit_of("windows"));
}

}  // namespace
}  // namespace headroom
