// The shipped models against measurements in ../shared/data (or $HEADROOM_DATA): median errors within 15 % each. The
// coefficients were fitted to these points; this holds the C++ models, the configuration files and the fit together.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "engine/scenario.hpp"
#include "model/performance/roofline.hpp"
#include "model/power/clamp.hpp"
#include "model/power/gpu_power.hpp"
#include "support/measured_data.hpp"

namespace headroom {
namespace {

using test::data_folder;
using test::median;
using test::read_csv;
using test::Row;
using test::shipped;

/// A model on a GPU, as a run would have it.
struct Plant {
  HardwareConfig hardware;
  RooflineModel performance;
  EnergyRoofline power;

  Plant(const std::string& server, const std::string& model, const std::string& stack, std::uint32_t tensor_parallel)
      : hardware(shipped<HardwareConfig>("hardware/" + server)),
        performance(shipped<Architecture>("model/" + model), hardware.gpu,
                    shipped<StackProfile>("stack/" + stack).on(hardware.gpu.name), tensor_parallel),
        power(hardware.gpu_power, hardware.gpu, tensor_parallel) {}

  [[nodiscard]] double seconds(const StepShape& step, double context) const {
    const Hertz clock = clamp_clock(performance, power, step, context, hardware.gpu.max_clock, hardware.gpu.min_clock,
                                    hardware.gpu.tdp);
    return performance.cost(step, clock).duration(context).value();
  }
  [[nodiscard]] double watts(const StepShape& step, double context) const {
    const Hertz clock = hardware.gpu.max_clock;
    return power.draw(GpuActivity::during(performance.cost(step, clock), context), clock).value();
  }
};

StepShape decode(std::uint32_t sequences, double context) {
  StepShape step;
  step.decodes = sequences;
  step.decode_context_tokens = context;
  return step;
}

StepShape prefill(std::uint32_t sequences, std::uint32_t tokens) {
  StepShape step;
  step.prefill_sequences = sequences;
  step.prefill_tokens = sequences * tokens;
  step.prefill_pairs = 0.5 * sequences * tokens * tokens;
  return step;
}

/// Rows of Splitwise's measurements of Llama-2-70B that are comparable (see the README beside them).
class Splitwise : public ::testing::TestWithParam<std::tuple<std::string, std::uint32_t>> {
 protected:
  void SetUp() override {
    const auto file = data_folder() / "splitwise-sim/perf_model_llama2-70b_tp2_tp8.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs " << file;
    const auto [gpu, degree] = GetParam();
    for (const Row& row : read_csv(file)) {
      const int batch = std::stoi(row.at("batch_size"));
      const bool overflows = degree == 2 && (batch == 64 || (batch == 32 && gpu == "a100"));
      if (row.at("hardware") == gpu + "-80gb" && std::stoul(row.at("tensor_parallel")) == degree &&
          row.at("token_size") == "128" && !overflows)
        rows_.push_back(row);
    }
    plant_ = std::make_unique<Plant>("dgx_" + gpu, "llama2_70b", "vllm_2023", degree);
  }

  /// Median relative error of `predict(batch, prompt)` against a column times `scale`; zero means not measured.
  double error(const std::string& column, double scale,
               const std::function<double(std::uint32_t, std::uint32_t)>& predict) {
    std::vector<double> errors;
    for (const Row& row : rows_) {
      const double measured = std::stod(row.at(column)) * scale;
      const auto batch = static_cast<std::uint32_t>(std::stoul(row.at("batch_size")));
      const auto prompt = static_cast<std::uint32_t>(std::stoul(row.at("prompt_size")));
      if (measured > 0) errors.push_back(std::abs(predict(batch, prompt) / measured - 1));
    }
    EXPECT_GE(errors.size(), 10u);
    return median(errors);
  }

  std::vector<Row> rows_;
  std::unique_ptr<Plant> plant_;
};

TEST_P(Splitwise, DecodeStepsAreWithinFifteenPercent) {
  EXPECT_LT(error("token_time", 1e-3,
                  [&](std::uint32_t batch, std::uint32_t prompt) {
                    const double context = batch * (prompt + 64.0);  // half of the 128 tokens generated
                    return plant_->seconds(decode(batch, context), context);
                  }),
            0.15);
}

TEST_P(Splitwise, PrefillTimesAreWithinFifteenPercent) {
  EXPECT_LT(
      error("prompt_time", 1e-3,
            [&](std::uint32_t batch, std::uint32_t prompt) { return plant_->seconds(prefill(batch, prompt), 0); }),
      0.15);
}

TEST_P(Splitwise, DecodePowerIsWithinFifteenPercent) {
  const auto [gpu, degree] = GetParam();
  if (gpu != "a100") GTEST_SKIP() << "power was measured on A100 only";
  std::erase_if(rows_, [](const Row& row) { return row.at("prompt_size") == "8192"; });  // a sampling artefact
  EXPECT_LT(error("average_power", 400.0,
                  [&](std::uint32_t batch, std::uint32_t prompt) {
                    const double context = batch * (prompt + 64.0);
                    return plant_->watts(decode(batch, context), context);
                  }),
            0.15);
}

INSTANTIATE_TEST_SUITE_P(Gpus, Splitwise,
                         ::testing::Values(std::tuple{std::string("a100"), 2u}, std::tuple{std::string("a100"), 8u},
                                           std::tuple{std::string("h100"), 2u}, std::tuple{std::string("h100"), 8u}),
                         [](const auto& test) {
                           return std::get<0>(test.param) + "_tp" + std::to_string(std::get<1>(test.param));
                         });

/// Time and power at a locked clock over those at 1410 MHz, of Llama-3.3-70B on A100s (TP4).
TEST(ClockResponse, OfAnA100IsWithinFifteenPercent) {
  const auto file = data_folder() / "a100-dvfs/a100_dvfs_curve_llama33_70b.csv";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs " << file;
  const Plant plant("dgx_a100", "llama3_1_70b", "vllm_2025", 4);
  std::vector<double> time_errors, power_errors;
  for (const Row& row : read_csv(file)) {
    const bool decodes = row.at("regime").starts_with("decode");
    if (!decodes && !row.at("regime").starts_with("prefill")) continue;
    const StepShape step = decodes ? decode(32, 32 * 500) : prefill(1, 384);
    const double context = step.decode_context_tokens;
    const Hertz clock(std::stod(row.at("sm_clock_mhz")) * 1e6);
    const auto at = [&](Hertz c) { return plant.performance.cost(step, c); };
    const auto draw = [&](Hertz c) { return plant.power.draw(GpuActivity::during(at(c), context), c); };
    const Hertz top = plant.hardware.gpu.max_clock;
    time_errors.push_back(std::abs(
        at(clock).duration(context) / at(top).duration(context) / std::stod(row.at("time_ratio_vs_1410")) - 1));
    power_errors.push_back(std::abs(draw(clock) / draw(top) / std::stod(row.at("gpu_power_ratio_vs_1410")) - 1));
  }
  EXPECT_LT(median(time_errors), 0.15);
  EXPECT_LT(median(power_errors), 0.15);
}

}  // namespace
}  // namespace headroom
