#pragma once

#include <cstdint>
#include <string>

#include "headroom/fields.hpp"

namespace headroom {

/// A dense decoder-only transformer: what its weights weigh, what a token computes, what it leaves in the KV cache.
struct Architecture {
  std::string name;
  std::uint32_t layers = 0;
  std::uint32_t hidden = 0;
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0;  ///< equals `heads` without grouped queries
  std::uint32_t head_dim = 0;  ///< width of one attention head
  std::uint32_t feed_forward = 0;
  bool gated = true;            ///< three feed-forward matrices (SwiGLU) instead of two
  bool tied_embedding = false;  ///< the output projection shares the input embedding
  std::uint32_t vocabulary = 0;
  double parameters = 0;         ///< total, as published
  double weight_bytes_each = 2;  ///< bytes of one parameter: 2 for FP16 and BF16
  double kv_bytes_each = 2;      ///< bytes of one element of the KV cache

  void fields(Fields& f);

  [[nodiscard]] double weight_bytes() const { return parameters * weight_bytes_each; }
  /// Parameters that every token multiplies: attention and feed-forward matrices, no embedding, no output projection.
  [[nodiscard]] double layer_parameters() const;
  /// Parameters counted from the dimensions, without norms and biases; close to `parameters` where both are right.
  [[nodiscard]] double counted_parameters() const;
  /// Two per layer parameter: one multiplication, one addition (Kaplan et al. 2020, table 1).
  [[nodiscard]] double flops_per_token() const { return 2.0 * layer_parameters(); }
  /// Of the output projection, which a step computes once for each sequence, not for each prompt token.
  [[nodiscard]] double flops_per_sampled_token() const { return 2.0 * hidden * vocabulary; }
  /// Q times K and weights times V over all layers: 2 x 2 x heads x head_dim x layers.
  [[nodiscard]] double attention_flops_per_pair() const { return 4.0 * heads * head_dim * layers; }
  /// What a step reads of the weights: all but the input embedding, of which it looks up single rows.
  [[nodiscard]] double streamed_weight_bytes() const {
    return (layer_parameters() + static_cast<double>(hidden) * vocabulary) * weight_bytes_each;
  }
  [[nodiscard]] double kv_bytes_per_token() const { return 2.0 * kv_heads * head_dim * layers * kv_bytes_each; }
  /// Payload of the two all-reduces in each layer under tensor parallelism, at two bytes per activation.
  [[nodiscard]] double collective_bytes_per_token() const { return 2.0 * layers * hidden * 2.0; }
};

}  // namespace headroom
