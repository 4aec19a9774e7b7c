#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "headroom/gpu.hpp"

namespace headroom {

/// Kernels of the matrix products: 16 bits; FP8 with one scale a tensor, or one for each block of 128 x 128 weights;
/// MXFP4 experts beside BF16 layers.
enum class Precision : std::uint8_t { bf16, fp8, fp8_block, mxfp4 };
inline std::array<std::string_view, 4> words_of(Precision) {
  return {"bf16", "fp8", "fp8_block", "mxfp4"};
}

[[nodiscard]] inline bool is_fp8(Precision precision) {
  return precision == Precision::fp8 || precision == Precision::fp8_block;
}

/// What a GPU computes in: 16 bits where it has no FP8 tensor cores.
[[nodiscard]] inline Precision arithmetic_on(Precision precision, const GpuSpec& gpu) {
  return is_fp8(precision) && gpu.fp8_flops_per_s == 0.0 ? Precision::bf16 : precision;
}

}  // namespace headroom
