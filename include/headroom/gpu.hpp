#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "headroom/fields.hpp"
#include "headroom/problem.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Whether two SM clocks are the same: 1 kHz is far above rounding and far below the distance of two clocks.
inline bool same_clock(Hertz a, Hertz b) {
  return std::abs((a - b).value()) < 1e3;
}

/// What a data sheet says of a GPU type.
struct GpuSpec {
  std::string name;  ///< e.g. "a100_sxm4_80gb"; serving stacks look their coefficients up by it
  Power tdp{};
  Hertz max_clock{};         ///< highest SM clock
  Hertz min_clock{};         ///< lowest SM clock
  Hertz clock_step{15e6};    ///< distance of supported SM clocks
  Hertz brake_clock{288e6};  ///< SM clock under a power brake
  double memory_bytes = 0;
  double memory_bytes_per_s = 0;  ///< HBM bandwidth
  double fp16_flops_per_s = 0;    ///< dense tensor-core peak at `max_clock`
  double fp8_flops_per_s = 0;     ///< likewise; 0 where the GPU computes FP8 weights in FP16

  void fields(Fields& f) {
    f.required("name", name, "GPU type, as serving stacks refer to it");
    f.required("tdp_w", tdp, "thermal design power, which the GPU never exceeds for long", Range::power_limit());
    f.required("max_clock_mhz", max_clock, "highest SM clock", Range::clock());
    f.required("min_clock_mhz", min_clock, "lowest SM clock", Range::clock());
    f("clock_step_mhz", clock_step, "distance between supported SM clocks", Range::between(1.0, 1e4));
    f("brake_clock_mhz", brake_clock, "SM clock under a power brake", Range::clock());
    f.required("memory_gib", memory_bytes, "device memory", Range::between(1e-3, 1e6));
    f.required("memory_bytes_per_s", memory_bytes_per_s, "memory bandwidth of the data sheet", Range::throughput());
    f.required("fp16_flops_per_s", fp16_flops_per_s, "dense FP16 tensor peak at the highest clock",
               Range::throughput());
    f("fp8_flops_per_s", fp8_flops_per_s, "dense FP8 tensor peak; 0: FP8 weights are computed in FP16",
      Range::between(0.0, 1e21));
  }
  void check(const Scope& scope) const {
    if (min_clock > max_clock) scope.at("min_clock_mhz").problem("must not be above max_clock_mhz");
    if (brake_clock > max_clock) scope.at("brake_clock_mhz").problem("must not be above max_clock_mhz");
  }
};

}  // namespace headroom
