#pragma once

#include <limits>

#include "headroom/gpu.hpp"
#include "headroom/models.hpp"

namespace headroom::test {

/// Step times for mental arithmetic, at x = clock / highest clock: base + context_s * C (memory, does not scale) plus
/// token_s / x for each token and pair_s / x for each attention pair of a prompt (compute).
struct AffinePerformance final : PerformanceModel {
  double base_s = 0.010;
  double context_s = 0.0;
  double token_s = 0.0;
  double pair_s = 0.0;
  double max_clock = 1000e6;
  double valid_to_context = std::numeric_limits<double>::infinity();
  double flops_per_token = 1.0;
  double bytes_per_step = 1.0;
  double bytes_per_context = 0.0;

  [[nodiscard]] StepCost cost(const StepShape& step, Hertz clock) const override {
    const double slowness = max_clock / clock.value();
    const double tokens = static_cast<double>(step.decodes) + step.prefill_tokens;
    StepCost cost;
    cost.base = Seconds(base_s + (tokens * token_s + step.prefill_pairs * pair_s) * slowness);
    cost.per_context_token = Seconds(context_s);
    cost.valid_to_context = valid_to_context;
    cost.flops = tokens * flops_per_token;
    cost.bytes = bytes_per_step;
    cost.bytes_per_context_token = bytes_per_context;
    return cost;
  }
};

/// Draw = idle_loaded + active * x^2 + joule_per_flop * flop rate * x + joule_per_byte * byte rate: rises with the
/// clock.
struct RisingPower final : PowerModel {
  double idle_w = 50.0;
  double idle_loaded_w = 60.0;
  double active_w = 0.0;
  double joule_per_flop = 0.0;
  double joule_per_byte = 0.0;
  double max_clock = 1000e6;

  [[nodiscard]] Power draw(const GpuActivity& activity, Hertz clock) const override {
    const double x = clock.value() / max_clock;
    return Power(idle_loaded_w + active_w * x * x + joule_per_flop * activity.flops_per_s * x +
                 joule_per_byte * activity.bytes_per_s);
  }
  [[nodiscard]] Power idle() const override { return Power(idle_w); }
  [[nodiscard]] Power idle_loaded() const override { return Power(idle_loaded_w); }
};

/// Clocks from 100 to 1000 MHz in steps of 100, a TDP of 400 W, a brake at 200 MHz.
inline GpuSpec round_gpu() {
  GpuSpec gpu;
  gpu.name = "round";
  gpu.tdp = Power(400);
  gpu.max_clock = Hertz(1000e6);
  gpu.min_clock = Hertz(100e6);
  gpu.clock_step = Hertz(100e6);
  gpu.brake_clock = Hertz(200e6);
  gpu.memory_bytes = 1e12;
  gpu.memory_bytes_per_s = 1e12;
  gpu.fp16_flops_per_s = 1e12;
  return gpu;
}

}  // namespace headroom::test
