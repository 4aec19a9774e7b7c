// What the pieces of the hot path cost. Benchmarks measure; they assert nothing and are no part of the test run.
#include <benchmark/benchmark.h>

#include "base/quantile_sketch.hpp"
#include "facility/power_tree.hpp"
#include "headroom/winner_tree.hpp"
#include "metrics/meter.hpp"
#include "model/performance/roofline.hpp"
#include "model/power/clamp.hpp"
#include "model/power/gpu_power.hpp"

namespace headroom {
namespace {

GpuSpec a100() {
  GpuSpec gpu;
  gpu.tdp = Power(400);
  gpu.max_clock = Hertz(1410e6);
  gpu.min_clock = Hertz(210e6);
  gpu.memory_bytes = 80 * 0x1.0p30;
  gpu.memory_bytes_per_s = 2.039e12;
  gpu.fp16_flops_per_s = 312e12;
  return gpu;
}

Architecture seventy_billion() {
  Architecture model;
  model.layers = 80;
  model.hidden = 8192;
  model.heads = 64;
  model.kv_heads = 8;
  model.head_dim = 128;
  model.feed_forward = 28672;
  model.vocabulary = 32000;
  model.parameters = 69e9;
  return model;
}

GpuPowerCoefficients coefficients() {
  GpuPowerCoefficients power;
  power.idle_loaded = Power(71);
  power.active = Power(70);
  power.per_flop = Energy(3.3e-12);
  power.per_byte = Energy(1.5e-10);
  return power;
}

void sketch_add(benchmark::State& state) {
  QuantileSketch sketch;
  double value = 0.01;
  for (auto _ : state) {
    sketch.add(value);
    value = value < 100 ? value * 1.01 : 0.01;
  }
}
BENCHMARK(sketch_add);

void sketch_add_range_of_300_tokens(benchmark::State& state) {
  QuantileSketch sketch;
  for (auto _ : state) sketch.add_range(0.05, 1e-6, 300, 20);
}
BENCHMARK(sketch_add_range_of_300_tokens);

void step_cost(benchmark::State& state) {
  const RooflineModel model(seventy_billion(), a100(), StackCoefficients{}, 8);
  StepShape step;
  step.decodes = 20;
  for (auto _ : state) benchmark::DoNotOptimize(model.cost(step, Hertz(1275e6)));
}
BENCHMARK(step_cost);

void clamp_of_a_prefill(benchmark::State& state) {
  const GpuSpec gpu = a100();
  const RooflineModel model(seventy_billion(), gpu, StackCoefficients{}, 2);
  const EnergyRoofline power(coefficients(), gpu);
  StepShape step;
  step.prefill_sequences = 1;
  step.prefill_tokens = 1000;
  step.prefill_pairs = 500000;
  for (auto _ : state)
    benchmark::DoNotOptimize(clamp_clock(model, power, step, 0, gpu.max_clock, gpu.min_clock, Power(300)));
}
BENCHMARK(clamp_of_a_prefill);

void winner_tree_update(benchmark::State& state) {
  WinnerTree<std::uint64_t> tree(static_cast<std::size_t>(state.range(0)), 0);
  std::size_t position = 0;
  std::uint64_t key = 1;
  for (auto _ : state) {
    tree.update(position, key = key * 6364136223846793005ULL + 1);
    position = (position + 7) % static_cast<std::size_t>(state.range(0));
    benchmark::DoNotOptimize(tree.least());
  }
}
BENCHMARK(winner_tree_update)->Arg(26)->Arg(1000)->Arg(10000);

void power_delta_over_four_levels_with_meters(benchmark::State& state) {
  PowerTree tree;
  const NodeId site = tree.add(std::nullopt, "site");
  const NodeId row = tree.add(site, "row0");
  const NodeId rack = tree.add(row, "row0/rack0");
  const NodeId server = tree.add(rack, "row0/rack0/server0");
  std::vector<Meter> meters(3, Meter(Power(6000), Seconds(2), false));
  double now = 0;
  double power = 1500;
  for (auto _ : state) {
    now += 0.01;
    power = power < 5000 ? power + 10 : 1500;
    tree.set_power(server, Power(power), Seconds(now), [&](NodeId id, Power drawn) {
      if (id.index() < meters.size()) meters[id.index()].change(drawn, Seconds(now));
    });
  }
}
BENCHMARK(power_delta_over_four_levels_with_meters);

}  // namespace
}  // namespace headroom

BENCHMARK_MAIN();
