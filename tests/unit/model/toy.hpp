#pragma once

#include "headroom/gpu.hpp"
#include "model/performance/architecture.hpp"
#include "model/performance/stack.hpp"
#include "model/power/gpu_power.hpp"

namespace headroom::toy {

/// Two layers small enough for mental arithmetic.
inline Architecture architecture() {
  Architecture a;
  a.name = "toy";
  a.layers = 2;
  a.hidden = 4;
  a.heads = 2;
  a.kv_heads = 1;
  a.head_dim = 2;
  a.feed_forward = 8;
  a.vocabulary = 10;
  a.parameters = 368;
  return a;
}

inline GpuSpec gpu() {
  GpuSpec g;
  g.name = "toy";
  g.tdp = Power(400);
  g.max_clock = Hertz(1000);
  g.min_clock = Hertz(100);
  g.memory_bytes = 1000;
  g.memory_bytes_per_s = 2000;
  g.fp16_flops_per_s = 10000;
  return g;
}

/// Half the bandwidth and half the peak are reached; overheads, collectives and saturation are off.
inline StackCoefficients stack() {
  StackCoefficients s;
  s.bandwidth_fraction = 0.5;
  s.compute_fraction = 0.5;
  s.unoverlapped_fraction = 1.0;
  s.context_bandwidth_fraction = 0.5;
  s.saturated_bytes_per_s = 1e30;
  s.clock = {0.5, 0.25, 0.2, 1.0, 1.0, 0.0};
  return s;
}

}  // namespace headroom::toy

/// Llama-2-70B on an A100 with coefficients near those of 2023: for shapes, not for exact values.
namespace headroom::real {

inline Architecture llama2_70b() {
  Architecture a;
  a.name = "llama2_70b";
  a.layers = 80;
  a.hidden = 8192;
  a.heads = 64;
  a.kv_heads = 8;
  a.head_dim = 128;
  a.feed_forward = 28672;
  a.vocabulary = 32000;
  a.parameters = 68976648192;
  return a;
}

inline GpuSpec a100() {
  GpuSpec g;
  g.name = "a100_sxm4_80gb";
  g.tdp = Power(400);
  g.max_clock = Hertz(1410e6);
  g.min_clock = Hertz(210e6);
  g.memory_bytes = 80.0 * 0x1p30;
  g.memory_bytes_per_s = 2.039e12;
  g.fp16_flops_per_s = 312e12;
  return g;
}

inline StackCoefficients vllm() {
  StackCoefficients s;
  s.bandwidth_fraction = 0.72;
  s.compute_fraction = 0.75;
  s.unoverlapped_fraction = 0.0;
  s.context_bandwidth_fraction = 0.72;
  s.attention_compute_fraction = 0.56;
  s.parallel_latency = Seconds(0.012e-3);
  s.layer_launch = Seconds(0.5e-3);
  s.unoverlapped_launch_fraction = 0.25;
  s.sequence_overhead = Seconds(0.31e-3);
  s.prefill_overhead = Seconds(17e-3);
  s.all_reduce["8"] = {{128e3, Seconds(11e-6)}, {4e6, Seconds(45e-6)}, {64e6, Seconds(594e-6)}};
  s.saturation_tokens = 2048;
  s.saturated_bytes_per_s = 2e11;
  s.clock = {0.71, 510.0 / 1410.0, 0.06, 0.72, 0.94, 0.0};
  return s;
}

inline GpuPowerCoefficients power() {
  GpuPowerCoefficients p;
  p.idle = Power(61);
  p.idle_loaded = Power(71);
  p.active = Power(70);
  p.per_flop = Energy(1.65e-12);
  p.per_byte = Energy(1.15e-10);
  p.sustained_fraction = 2.0;
  p.voltage_knee_fraction = 0.77;
  p.voltage_floor_fraction = 0.77;
  return p;
}

}  // namespace headroom::real
